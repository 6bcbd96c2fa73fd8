package io.crius.oci.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.crius.model.CriusException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The seeds are fixed, so that a failure comes again; its seed is in the message. */
class RuntimeSpecRoundTripTest {
    @Test
    void whatIsWrittenIsReadBackEqual() {
        for (long seed = 0; seed < 2000; seed++) {
            RuntimeSpec spec = new RandomSpec(seed).spec();
            RuntimeSpec back = RuntimeSpec.parse(spec.toBytes());
            assertThat(back).as("seed %d", seed).isEqualTo(spec);
            assertThat(new String(back.toBytes(), UTF_8))
                    .as("seed %d", seed)
                    .isEqualTo(new String(spec.toBytes(), UTF_8));
        }
    }

    @Test
    void aDamagedSpecIsReadOrRefusedButNeverAnythingElse() {
        for (long seed = 0; seed < 3000; seed++) {
            byte[] text = new RandomSpec(seed).spec().toBytes();
            var random = new Random(seed);
            text[random.nextInt(text.length)] = (byte) (' ' + random.nextInt(96));
            readOrRefuse(text, seed);
        }
    }

    private static void readOrRefuse(byte[] text, long seed) {
        try {
            assertThat(RuntimeSpec.parse(text).toBytes()).as("seed %d", seed).isNotEmpty();
        } catch (CriusException.InvalidArgument e) {
            assertThat(e.getMessage()).as("seed %d", seed).isNotBlank();
        }
    }
}
