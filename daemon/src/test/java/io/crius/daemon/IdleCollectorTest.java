package io.crius.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class IdleCollectorTest {
    private static final Duration QUIET = Duration.ofMillis(50);

    private static final IdleCollector.Pace PACE = new IdleCollector.Pace(QUIET, Duration.ofMillis(1));

    private final Semaphore collected = new Semaphore(0);

    @Test
    void collectsOnceAfterEachBurst() throws InterruptedException {
        try (IdleCollector collector = IdleCollector.start(PACE, collected::release)) {
            for (int burst = 0; burst < 2; burst++) {
                for (int call = 0; call < 100; call++) {
                    collector.used();
                }
                assertThat(collected.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
                assertThat(collected.tryAcquire(4 * QUIET.toMillis(), TimeUnit.MILLISECONDS))
                        .isFalse();
            }
        }
    }

    @Test
    void restsBetweenTwoCollections() throws InterruptedException {
        var rare = new IdleCollector.Pace(Duration.ofMillis(1), Duration.ofMinutes(10));
        try (IdleCollector collector = IdleCollector.start(rare, collected::release)) {
            collector.used();
            assertThat(collected.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            collector.used();
            assertThat(collected.tryAcquire(4 * QUIET.toMillis(), TimeUnit.MILLISECONDS))
                    .isFalse();
        }
    }

    @Test
    void collectsNothingWithoutACall() throws InterruptedException {
        try (IdleCollector _ = IdleCollector.start(PACE, collected::release)) {
            assertThat(collected.tryAcquire(4 * QUIET.toMillis(), TimeUnit.MILLISECONDS))
                    .isFalse();
        }
    }
}
