package io.crius.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ResultsTest {
    @Test
    void percentilesAreTimesThatWereMeasured() {
        Results results = new Results();
        for (int i = 10; i >= 1; i--) {
            results.add(Operation.EXEC, Duration.ofMillis(i));
        }
        assertThat(results.percentile(Operation.EXEC, 0.5)).contains(Duration.ofMillis(5));
        assertThat(results.percentile(Operation.EXEC, 0.9)).contains(Duration.ofMillis(9));
        assertThat(results.percentile(Operation.EXEC, 1)).contains(Duration.ofMillis(10));
        assertThat(results.count(Operation.EXEC)).isEqualTo(10);
    }

    @Test
    void whatWasNotMeasuredHasNoPercentile() {
        assertThat(new Results().percentile(Operation.EXEC, 0.5)).isEmpty();
    }

    @Test
    void warmUpsAreForgotten() {
        Results results = new Results();
        results.add(Operation.EXEC, Duration.ofMillis(1));
        results.add(Operation.START, Duration.ofMillis(1));
        results.forgetTimesExcept(Operation.START);
        assertThat(results.count(Operation.EXEC)).isZero();
        assertThat(results.count(Operation.START)).isEqualTo(1);
    }
}
