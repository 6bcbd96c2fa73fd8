package io.crius.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DigestTest {
    private static final String HEX = "0123456789abcdef".repeat(4);

    @Test
    void readsAndWritesTheSameText() {
        assertThat(Digest.parse("sha256:" + HEX)).hasToString("sha256:" + HEX);
        assertThat(Digest.parse("sha512:" + HEX + HEX).javaAlgorithm()).isEqualTo("SHA-512");
    }

    @Test
    void refusesWhatNothingCouldCheck() {
        assertThatThrownBy(() -> Digest.parse("md5:" + HEX)).hasMessageContaining("\"md5\" is not supported");
        assertThatThrownBy(() -> Digest.parse("sha256:" + HEX.toUpperCase(java.util.Locale.ROOT)))
                .hasMessageContaining("64 lower-case hex digits");
        assertThatThrownBy(() -> Digest.parse(HEX)).hasMessageContaining("no algorithm");
    }
}
