package io.crius.acceptance.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.acceptance.process.Command.Output;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommandTest {
    @Test
    void outputsAndCodeAreKeptApart() throws Exception {
        assertThat(Command.attempt(List.of("sh", "-c", "echo out; echo err >&2; exit 3")))
                .isEqualTo(new Output(3, "out\n", "err\n"));
    }

    @Test
    void aFailureTellsTheCommandItsCodeAndItsLastWords() {
        assertThatThrownBy(() -> Command.run("sh", "-c", "echo why >&2; exit 3"))
                .hasMessage("sh -c echo why >&2; exit 3: exit code 3: why");
    }

    @Test
    void waitingInVainSaysForWhat() {
        assertThatThrownBy(() -> Await.value("the moon", Duration.ofMillis(10), Optional::empty))
                .isInstanceOf(AssertionError.class)
                .hasMessage("not within PT0.01S: the moon");
    }
}
