package io.crius.daemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.model.CriusException;
import java.io.IOException;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LogLineTest {
    @Test
    void aLineOfTextLooksAsCrioWritesIt() {
        assertThat(new LogLine(LogFormat.TEXT).format(logged(Level.WARNING, "pod \"a\" is\nodd")))
                .isEqualTo("time=\"2026-11-23 20:00:00.000000007Z\" level=warning"
                        + " msg=\"pod \\\"a\\\" is\\nodd\" logger=server.pod\n");
    }

    @Test
    void aLineOfJsonHasTheSameFields() {
        assertThat(new LogLine(LogFormat.JSON).format(logged(Level.FINE, "tab\tand \u0001")))
                .isEqualTo("{\"time\":\"2026-11-23 20:00:00.000000007Z\",\"level\":\"debug\","
                        + "\"msg\":\"tab\\tand \\u0001\",\"logger\":\"server.pod\"}\n");
    }

    @Test
    void parametersAreFilledIn() {
        LogRecord record = logged(Level.INFO, "{0} of {1}");
        record.setParameters(new Object[] {"one", "two"});

        assertThat(new LogLine(LogFormat.TEXT).format(record)).contains("msg=\"one of two\"");
    }

    @Test
    void anExpectedFailureShowsItsCausesAndNoStack() {
        LogRecord record = logged(Level.SEVERE, "stop");
        record.setThrown(new CriusException.Failed("unmount /x", new IOException("EBUSY")));

        assertThat(new LogLine(LogFormat.TEXT).format(record))
                .contains("level=error msg=stop error=\"unmount /x: java.io.IOException: EBUSY\"")
                .doesNotContain("stack=");
    }

    @Test
    void aDefectShowsItsStackInTheSameLine() {
        LogRecord record = logged(Level.SEVERE, "stop");
        record.setThrown(new IllegalStateException("never"));

        assertThat(new LogLine(LogFormat.TEXT).format(record))
                .contains("error=\"java.lang.IllegalStateException: never\" stack=\"java.lang.IllegalStateException")
                .containsOnlyOnce("\n");
    }

    private static LogRecord logged(Level level, String message) {
        LogRecord record = new LogRecord(level, message);
        record.setLoggerName("io.crius.server.pod");
        record.setInstant(Instant.parse("2026-11-23T20:00:00.000000007Z"));
        return record;
    }
}
