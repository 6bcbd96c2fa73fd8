package io.crius.server.recovery;

import io.crius.model.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Time that stands still while threads run, but for a microsecond at each look at it, and jumps to the next alarm when it is told
 * to. For the threads of one {@link Turns} after the other; nothing here is thread-safe.
 */
final class SimulatedTime implements Ticker {
    private static final Instant BEGIN = Instant.parse("2026-01-02T03:04:05Z");
    private static final long LOOK = 1_000;

    private record Alarm(long at, long number, CompletableFuture<Boolean> rings) {}

    private final PriorityQueue<Alarm> alarms =
            new PriorityQueue<>(Comparator.comparingLong(Alarm::at).thenComparingLong(Alarm::number));
    private long now;
    private long count;

    @Override
    public long nanoTime() {
        now += LOOK;
        return now;
    }

    @Override
    public Instant instant() {
        return BEGIN.plusNanos(nanoTime());
    }

    @Override
    public <T> T get(CompletableFuture<T> result, Duration atMost)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (!result.isDone() && atMost.isPositive()) {
            awaitEither(result, atMost);
        }
        if (!result.isDone()) {
            throw new TimeoutException();
        }
        return result.get();
    }

    private void awaitEither(CompletableFuture<?> result, Duration atMost)
            throws InterruptedException, ExecutionException {
        var alarm = new Alarm(now + atMost.toNanos(), ++count, new CompletableFuture<>());
        alarms.add(alarm);
        try {
            var either = result.handle((_, _) -> alarm.rings().complete(true));
            boolean _ = alarm.rings().get();
            either.cancel(false);
        } finally {
            alarms.remove(alarm);
        }
    }

    @Override
    public void sleep(Duration pause) throws InterruptedException {
        try {
            boolean _ = get(new CompletableFuture<>(), pause);
        } catch (TimeoutException _) {
            return; // as it should
        } catch (ExecutionException e) {
            throw new AssertionError("nothing completes it", e);
        }
    }

    /** Goes on to the next alarm; false where there is none. */
    boolean ringNext() {
        Alarm next = alarms.poll();
        if (next == null) {
            return false;
        }
        now = Math.max(now, next.at());
        boolean _ = next.rings().complete(true);
        return true;
    }

    /** What a look would tell, without one. */
    long now() {
        return now;
    }

    /** Those who wait are dead. */
    void forgetAlarms() {
        alarms.clear();
    }
}
