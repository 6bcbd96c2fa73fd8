package io.crius.storage.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import org.junit.jupiter.api.Test;

final class BigDataNameTest {
    @Test
    void takesSimpleKeysAsTheyAreAndEncodesTheOthers() {
        assertThat(BigDataName.of("manifest")).isEqualTo("manifest");
        assertThat(BigDataName.of("sha256:093e")).isEqualTo("=c2hhMjU2OjA5M2U=");
        assertThat(BigDataName.of("Signature")).isEqualTo("=U2lnbmF0dXJl");
    }

    @Test
    void doesNotJudgeTheLastCharacter() {
        assertThat(BigDataName.of("abc-")).isEqualTo("abc-");
        assertThat(BigDataName.of("abc-d")).isEqualTo("=YWJjLWQ=");
    }

    @Test
    void refusesKeysThatMakeNoFileName() {
        for (String key : new String[] {"", ".", "..", "a/", "???"}) {
            assertThatThrownBy(() -> BigDataName.of(key))
                    .as(key)
                    .isInstanceOf(CriusException.InvalidArgument.class)
                    .hasMessageContaining("it makes no file name");
        }
    }
}
