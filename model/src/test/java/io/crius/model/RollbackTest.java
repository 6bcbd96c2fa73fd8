package io.crius.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RollbackTest {
    private final List<String> undone = new ArrayList<>();

    @Test
    void undoesNewestFirst() {
        try (var rollback = new Rollback()) {
            rollback.onFailure("undo a", () -> undone.add("a"));
            rollback.onFailure("undo b", () -> undone.add("b"));
        }
        assertThat(undone).containsExactly("b", "a");
    }

    @Test
    void undoesNothingAfterCommit() {
        try (var rollback = new Rollback()) {
            rollback.onFailure("undo a", () -> undone.add("a"));
            rollback.commit();
        }
        assertThat(undone).isEmpty();
    }

    @Test
    void goesOnThroughFailuresAndTellsAllOfThem() {
        assertThatThrownBy(() -> {
                    try (var rollback = new Rollback()) {
                        rollback.onFailure("undo a", () -> undone.add("a"));
                        rollback.onFailure("unmount b", () -> {
                            throw new IOException("busy");
                        });
                        rollback.onFailure("unmount c", () -> {
                            throw new IOException("gone");
                        });
                    }
                })
                .isInstanceOf(CriusException.Failed.class)
                .hasMessageContaining("could not unmount c: gone")
                .satisfies(e -> assertThat(e.getSuppressed())
                        .singleElement()
                        .satisfies(s -> assertThat(s).hasMessageContaining("could not unmount b: busy")));
        assertThat(undone).containsExactly("a");
    }
}
