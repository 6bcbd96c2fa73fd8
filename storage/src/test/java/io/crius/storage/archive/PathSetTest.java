package io.crius.storage.archive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PathSetTest {
    @Test
    void knowsWhatItHasSeen() {
        try (var seen = new PathSet()) {
            for (int i = 0; i < 20_000; i++) {
                assertThat(seen.add("usr/share/" + i)).isTrue();
            }
            for (int i = 0; i < 20_000; i++) {
                assertThat(seen.add("usr/share/" + i)).isFalse();
            }
            assertThat(seen.add("")).isTrue();
        }
    }
}
