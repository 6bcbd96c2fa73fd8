package io.crius.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class AttemptsTest {
    @Test
    void allAreTriedAndAllFailuresAreTold() {
        var done = new ArrayList<String>();
        var attempts = new Attempts();
        attempts.make("unmount a", () -> {
            throw new IOException("busy");
        });
        attempts.make("unmount b", () -> done.add("b"));
        attempts.make("unmount c", () -> {
            throw new IllegalStateException("no such mount");
        });

        assertThat(done).containsExactly("b");
        assertThatThrownBy(attempts::throwFailures)
                .isInstanceOf(CriusException.Failed.class)
                .hasMessage("unmount a: busy")
                .hasCauseInstanceOf(IOException.class)
                .satisfies(e -> assertThat(e.getSuppressed())
                        .singleElement()
                        .satisfies(more -> assertThat(more).hasMessage("unmount c: no such mount")));
    }

    @Test
    void withoutFailuresNothingIsThrown() {
        var attempts = new Attempts();
        attempts.make("unmount", () -> {});

        attempts.throwFailures();
    }
}
