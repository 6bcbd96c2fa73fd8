package io.crius.oci.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.oci.runtime.RuntimeSpec;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A promise about speed, with a wide margin for busy machines: it is the median that counts. */
class SpecWritingTest {
    private static final int ROUNDS = 2000;

    @Test
    void aContainersSpecIsWrittenInMuchLessThanAMillisecond() {
        RuntimeSpec spec = ContainerSpecs.large();
        assertThat(spec.toBytes().length).isGreaterThan(20_000);
        long[] micros = new long[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            long start = System.nanoTime();
            byte[] bytes = spec.toBytes();
            micros[i] = (System.nanoTime() - start) / 1000;
            assertThat(bytes.length).isPositive();
        }
        long[] warm = Arrays.copyOfRange(micros, ROUNDS / 2, ROUNDS);
        Arrays.sort(warm);
        assertThat(warm[warm.length / 2]).as("median microseconds").isLessThan(500);
    }
}
