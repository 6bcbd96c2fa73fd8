package io.crius.server.stats;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.crius.cgroup.CgroupMeter;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The measuring of one object, with what was measured last.
 *
 * <p>Thread-safe: one thread measures at a time; who comes meanwhile takes the last sample, and where there is none yet waits a
 * moment for the first.
 */
final class Meter<S> implements AutoCloseable {
    private static final Duration FIRST = Duration.ofMillis(200);

    /** Too near each other two samples tell more of the clock's ticks than of the rate. */
    private static final long SHORTEST_RATE_NANOS = Duration.ofMillis(10).toNanos();

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** Makes a sample. */
    interface Measuring<S> {
        /** @param since what the one before read; empty for the first */
        Optional<Reading<S>> measure(CgroupMeter cgroup, Optional<Reading<S>> since);
    }

    /**
     * A sample with what the next one needs of it.
     *
     * @param steadyNanos when, by the steady clock
     */
    record Reading<S>(S sample, long steadyNanos, OptionalLong cpuNanos) {
        /** CPU time per second since then, in nanoseconds. */
        OptionalLong rate(long nowNanos, OptionalLong cpuNow) {
            long passed = nowNanos - steadyNanos;
            if (cpuNanos.isEmpty() || cpuNow.isEmpty() || passed < SHORTEST_RATE_NANOS) {
                return OptionalLong.empty();
            }
            long used = Math.max(0, cpuNow.getAsLong() - cpuNanos.getAsLong());
            return OptionalLong.of(Math.round((double) used * NANOS_PER_SECOND / passed));
        }
    }

    private final CgroupMeter cgroup;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private boolean closed;

    private volatile @Nullable Reading<S> last;

    Meter(CgroupMeter cgroup) {
        this.cgroup = cgroup;
    }

    /** The last sample where it is not older than {@code maxAge}, else a new one; empty where there is nothing to measure. */
    Optional<S> sample(Duration maxAge, Measuring<S> measuring) {
        Reading<S> before = last;
        if (before != null && System.nanoTime() - before.steadyNanos() <= maxAge.toNanos()) {
            return Optional.of(before.sample());
        }
        return isFree(before) ? measure(measuring) : Optional.ofNullable(last).map(Reading::sample);
    }

    /** Whether this thread may measure now, and then holds the lock. */
    private boolean isFree(@Nullable Reading<S> before) {
        try {
            return before == null ? lock.tryLock(FIRST.toNanos(), TimeUnit.NANOSECONDS) : lock.tryLock();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Optional<S> measure(Measuring<S> measuring) {
        try {
            if (closed) {
                return Optional.empty();
            }
            Optional<Reading<S>> reading = measuring.measure(cgroup, Optional.ofNullable(last));
            reading.ifPresent(next -> last = next);
            return reading.map(Reading::sample);
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of open files. Idempotent. Waits for a measuring that goes on. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            cgroup.close();
        } finally {
            lock.unlock();
        }
    }
}
