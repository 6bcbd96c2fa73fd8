package io.crius.server.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.cgroup.CgroupDetail;
import io.crius.cgroup.CgroupMeter;
import io.crius.cgroup.CgroupUsage;
import io.crius.server.stats.Meter.Reading;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MeterTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicInteger measured = new AtomicInteger();
    private final Meter<Integer> meter = new Meter<>(new Cgroup());

    private final class Cgroup implements CgroupMeter {
        @Override
        public Optional<CgroupUsage> usage(byte[] buffer) {
            return Optional.of(CgroupUsage.NONE);
        }

        @Override
        public CgroupDetail detail(Set<Part> parts, byte[] buffer) {
            return CgroupDetail.NONE;
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    private Optional<Reading<Integer>> count(CgroupMeter cgroup, Optional<Reading<Integer>> since) {
        assertThat(since.map(Reading::sample).orElse(0)).isEqualTo(measured.get());
        return Optional.of(new Reading<>(measured.incrementAndGet(), System.nanoTime(), OptionalLong.empty()));
    }

    @Test
    void aSampleThatIsYoungEnoughIsGivenAgain() {
        assertThat(meter.sample(LONG, this::count)).contains(1);
        assertThat(meter.sample(LONG, this::count)).contains(1);
        assertThat(meter.sample(Duration.ofNanos(-1), this::count)).contains(2);
    }

    @Test
    void whoComesWhileAnotherMeasuresTakesTheLastSample() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        assertThat(meter.sample(LONG, this::count)).contains(1);
        Thread slow = Thread.ofVirtual()
                .start(() -> meter.sample(Duration.ofNanos(-1), (cgroup, since) -> {
                    begun.countDown();
                    await(end);
                    return count(cgroup, since);
                }));
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(meter.sample(Duration.ofNanos(-1), this::count)).contains(1);
        end.countDown();
        slow.join();
        assertThat(meter.sample(LONG, this::count)).contains(2);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void nothingIsMeasuredAfterTheEnd() {
        meter.close();
        assertThat(closed).hasValue(1);
        assertThat(meter.sample(LONG, this::count)).isEmpty();
        assertThat(measured).hasValue(0);
    }

    @Test
    void whatIsGoneGivesNoSample() {
        assertThat(meter.sample(LONG, (_, _) -> Optional.empty())).isEmpty();
    }

    @Test
    void theRateIsTheTimeUsedPerTimePassed() {
        var since = new Reading<>(1, 1_000_000_000L, OptionalLong.of(500));
        assertThat(since.rate(3_000_000_000L, OptionalLong.of(1_000_000_500))).hasValue(500_000_000);
        assertThat(since.rate(3_000_000_000L, OptionalLong.of(0))).hasValue(0);
        assertThat(since.rate(1_001_000_000L, OptionalLong.of(900))).isEmpty();
        assertThat(since.rate(3_000_000_000L, OptionalLong.empty())).isEmpty();
        assertThat(new Reading<>(1, 0, OptionalLong.empty()).rate(3_000_000_000L, OptionalLong.of(5)))
                .isEmpty();
    }
}
