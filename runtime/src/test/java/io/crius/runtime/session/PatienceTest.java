package io.crius.runtime.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private final AtomicLong now = new AtomicLong();
    private final Patience patience = new Patience(Duration.ofMillis(500), Duration.ofSeconds(10), now::get);

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private Duration left() {
        return Duration.ofNanos(patience.left());
    }

    /** Waits, and is given a little every 100 ms. */
    private void waitFor(Duration time) {
        patience.begin();
        for (Duration left = time; left.isPositive(); left = left.minusMillis(100)) {
            pass(Duration.ofMillis(100));
            patience.progress();
        }
        patience.end();
    }

    @Test
    void whoTakesNothingIsNotWaitedForLong() {
        patience.begin();
        pass(Duration.ofMillis(400));
        assertThat(left()).isEqualTo(Duration.ofMillis(100));
        patience.progress();
        assertThat(left()).isEqualTo(Duration.ofMillis(500));
        pass(Duration.ofMillis(500));
        assertThat(left()).isZero();
        patience.end();
        assertThat(patience.verdict()).isEqualTo("read nothing for 500 ms");
    }

    @Test
    void whoTakesLittleIsNotWaitedForLongInAll() {
        waitFor(Duration.ofMillis(4900));
        waitFor(Duration.ofMillis(4900));
        patience.begin();
        assertThat(left()).isEqualTo(Duration.ofMillis(200));
        pass(Duration.ofMillis(200));
        assertThat(left()).isZero();
        patience.end();
        assertThat(patience.verdict()).isEqualTo("read so slowly that it has waited 10 s in all");
    }

    @Test
    void whatWasWaitedIsForgivenWhileNobodyWaits() {
        waitFor(Duration.ofMillis(9900));
        pass(Duration.ofSeconds(1));
        patience.begin();
        assertThat(left()).isEqualTo(Duration.ofMillis(200));
        patience.end();

        pass(Duration.ofHours(1));
        waitFor(Duration.ofMillis(9900));
        patience.begin();
        assertThat(left()).isEqualTo(Duration.ofMillis(100));
        patience.end();
    }
}
