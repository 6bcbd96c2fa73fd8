package io.crius.oci.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.model.CriusException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The seeds are fixed, so that a failure comes again; its seed is in the message. */
class JsonRoundTripTest {
    @Test
    void whatIsWrittenIsReadBackEqual() {
        for (long seed = 0; seed < 3000; seed++) {
            JsonValue value = new RandomJson(seed).value(6);
            assertThat(Json.parse(Json.write(value))).as("seed %d", seed).isEqualTo(value);
            assertThat(Json.parse(Json.writeBytes(value))).as("seed %d", seed).isEqualTo(value);
            assertThat(Json.parse(Json.writePretty(value))).as("seed %d", seed).isEqualTo(value);
        }
    }

    @Test
    void compactTextIsStable() {
        for (long seed = 0; seed < 3000; seed++) {
            String text = Json.write(new RandomJson(seed).value(6));
            assertThat(Json.write(Json.parse(text))).as("seed %d", seed).isEqualTo(text);
        }
    }

    @Test
    void damagedTextIsReadOrRefusedButNeverAnythingElse() {
        for (long seed = 0; seed < 20_000; seed++) {
            byte[] text = Json.write(new RandomJson(seed).value(4)).getBytes(StandardCharsets.UTF_8);
            var random = new Random(seed);
            for (int hits = 1 + random.nextInt(3); hits > 0; hits--) {
                text[random.nextInt(text.length)] = (byte) random.nextInt(256);
            }
            readOrRefuse(text, seed);
        }
    }

    private static void readOrRefuse(byte[] text, long seed) {
        try {
            JsonValue value = Json.parse(text);
            assertThat(Json.parse(Json.writeBytes(value))).as("seed %d", seed).isNotNull();
        } catch (CriusException.InvalidArgument e) {
            assertThat(e).as("seed %d", seed).hasMessageContaining("JSON");
        }
    }
}
