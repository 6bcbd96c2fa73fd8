package io.crius.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InterruptionTest {
    private final Interruption interruption = new Interruption(Thread.currentThread());

    @Test
    void interruptsTheWorkAndIsForgottenAfterIt() {
        interruption.begin();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        interruption.end();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void doesNotReachAThreadThatIsDone() {
        interruption.end();
        interruption.begin();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
}
