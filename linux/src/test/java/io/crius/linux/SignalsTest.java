package io.crius.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SignalsTest {
    @Test
    void runTheirActionEachTime() throws Exception {
        var came = new Semaphore(0);
        assertThat(Signals.on("WINCH", came::release)).isTrue();
        for (int i = 0; i < 2; i++) {
            new ProcessBuilder(
                            "kill",
                            "-WINCH",
                            Long.toString(ProcessHandle.current().pid()))
                    .start()
                    .waitFor();
            assertThat(came.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void thatDoNotExistOrAreTheJvmsAreRefused() {
        assertThatThrownBy(() -> Signals.on("NONE", () -> {})).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Signals.on("SEGV", () -> {})).isInstanceOf(IllegalArgumentException.class);
    }
}
