package io.crius.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PinnedImagesTest {
    private static boolean pinned(String pattern, String name) {
        return new PinnedImages(List.of(pattern), "pause.example/pause:1").match(List.of("x", name))
                == Image.Pinned.YES;
    }

    @Test
    void patternsAreExactOrContained() {
        assertThat(pinned("r.example/app:1", "r.example/App:1")).isTrue();
        assertThat(pinned("r.example/app", "r.example/app:1")).isFalse();
        assertThat(pinned("r.example/app*", "r.example/app:1")).isTrue();
        assertThat(pinned("app*", "r.example/app:1")).isTrue();
        assertThat(pinned("*team*", "r.example/team/app:1")).isTrue();
        assertThat(pinned("*team*", "r.example/other/app:1")).isFalse();
        assertThat(pinned("*", "anything")).isTrue();
    }

    @Test
    void thePauseImageIsAlwaysPinned() {
        assertThat(pinned("nothing", "pause.example/pause:1")).isTrue();
    }
}
