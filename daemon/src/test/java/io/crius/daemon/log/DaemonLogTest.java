package io.crius.daemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.config.LogLevel;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Levels of the process's loggers, which are put back. */
class DaemonLogTest {
    private final Level before = Logger.getLogger("").getLevel();

    @AfterEach
    void putBack() {
        DaemonLog.level(LogLevel.INFO);
        Logger.getLogger("").setLevel(before);
    }

    @Test
    void librariesSpeakOnlyWhereEverythingIsTraced() {
        DaemonLog.level(LogLevel.DEBUG);
        assertThat(Logger.getLogger("io.crius.server").isLoggable(Level.FINE)).isTrue();
        assertThat(Logger.getLogger("io.grpc.internal").isLoggable(Level.FINE)).isFalse();

        DaemonLog.level(LogLevel.TRACE);
        assertThat(Logger.getLogger("io.grpc.internal").isLoggable(Level.FINE)).isTrue();
    }

    @Test
    void messagesAreNeverLoggedByteByByte() {
        DaemonLog.level(LogLevel.TRACE);

        assertThat(Logger.getLogger("io.grpc.netty.NettyServerHandler").isLoggable(Level.FINE))
                .isFalse();
    }
}
