package io.crius.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.daemon.log.LogFormat;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogArgumentsTest {
    @Test
    void flagsOfTheLogAreTakenOutAndTheRestIsLeft() {
        LogArguments arguments = LogArguments.parse(
                List.of("--log-level", "debug", "--log", "/tmp/x.log", "--log-format=json", "--listen=/s"));

        assertThat(arguments.file()).contains(Path.of("/tmp/x.log"));
        assertThat(arguments.format()).isEqualTo(LogFormat.JSON);
        assertThat(arguments.rest()).containsExactly("--log-level", "debug", "--listen=/s");
    }

    @Test
    void wrongFlagsOfTheLogAreRefused() {
        assertThatThrownBy(() -> LogArguments.parse(List.of("--log"))).hasMessage("command line: --log needs a value");
        assertThatThrownBy(() -> LogArguments.parse(List.of("--log-format=xml")))
                .hasMessage("command line: --log-format expects text or json, found \"xml\"");
    }
}
