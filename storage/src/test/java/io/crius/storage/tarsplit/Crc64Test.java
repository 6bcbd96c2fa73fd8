package io.crius.storage.tarsplit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class Crc64Test {
    @Test
    void agreesWithThePublishedCheckValues() {
        assertThat(crc("123456789")).isEqualTo(0xb90956c775a41001L);
        assertThat(crc("abc")).isEqualTo(0x3776c42000000000L);
        assertThat(crc("")).isZero();
    }

    @Test
    void doesNotCareHowTheBytesAreCut() {
        byte[] bytes = "The quick brown fox jumps over the lazy dog".getBytes(StandardCharsets.US_ASCII);
        var whole = new Crc64();
        whole.update(bytes, 0, bytes.length);
        for (int cut = 0; cut <= bytes.length; cut++) {
            var parts = new Crc64();
            parts.update(bytes, 0, cut);
            parts.update(bytes, cut, bytes.length - cut);
            assertThat(parts.value()).isEqualTo(whole.value());
        }
    }

    /** As it is defined, bit by bit. */
    private static long defined(byte[] bytes, int from, int to) {
        long crc = -1;
        for (int at = from; at < to; at++) {
            crc ^= bytes[at] & 0xFF;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) != 0 ? crc >>> 1 ^ 0xD800000000000000L : crc >>> 1;
            }
        }
        return ~crc;
    }

    @Test
    void isWhatItsDefinitionSaysForEveryLengthAndPlace() {
        byte[] bytes = new byte[400];
        new Random(64).nextBytes(bytes);
        for (int from = 0; from < 9; from++) {
            for (int to = from; to <= bytes.length; to++) {
                var crc = new Crc64();
                crc.update(bytes, from, to - from);
                assertThat(crc.value()).isEqualTo(defined(bytes, from, to));
            }
        }
    }

    private static long crc(String text) {
        var crc = new Crc64();
        crc.update(text.getBytes(StandardCharsets.US_ASCII), 0, text.length());
        return crc.value();
    }
}
