package io.crius.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ImageUserTest {
    @Test
    void numbersAreUidsAndWordsAreNames() {
        assertThat(ImageUser.of("1000:2000")).isEqualTo(new ImageUser(OptionalLong.of(1000), Optional.empty()));
        assertThat(ImageUser.of("0")).isEqualTo(new ImageUser(OptionalLong.of(0), Optional.empty()));
        assertThat(ImageUser.of("app:users")).isEqualTo(new ImageUser(OptionalLong.empty(), Optional.of("app")));
        assertThat(ImageUser.of("")).isEqualTo(new ImageUser(OptionalLong.empty(), Optional.empty()));
        assertThat(ImageUser.of(":5")).isEqualTo(new ImageUser(OptionalLong.empty(), Optional.empty()));
    }
}
