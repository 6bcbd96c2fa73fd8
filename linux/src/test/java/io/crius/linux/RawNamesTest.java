package io.crius.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RawNamesTest {
    @Test
    void leavesTextAlone() {
        for (String text : new String[] {"plain", "é", "日本", "\uD83D\uDE00 smile", ""}) {
            assertThat(RawNames.decode(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(text);
            assertThat(RawNames.isEscaped(text)).isFalse();
        }
    }

    @Test
    void bringsAnyBytesBack() {
        var random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = new byte[random.nextInt(12)];
            random.nextBytes(bytes);

            assertThat(RawNames.encode(RawNames.decode(bytes))).isEqualTo(bytes);
        }
    }
}
