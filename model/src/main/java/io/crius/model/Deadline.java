package io.crius.model;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * A point on the monotonic clock by which the caller wants its answer. The deadline of the request in progress travels
 * in {@link #CURRENT}; work that outlives its request binds another one.
 *
 * @param ticker the clock that it is a point on
 */
public record Deadline(long nanoTime, Ticker ticker) {
    /** The deadline of the request that this thread works for; unbound means none. */
    public static final ScopedValue<Deadline> CURRENT = ScopedValue.newInstance();

    private static final Duration FOREVER = Duration.ofDays(3650);

    /** On the clock of the request in progress, the system's where there is none. */
    public static Deadline after(Duration duration) {
        return after(duration, CURRENT.isBound() ? CURRENT.get().ticker() : Ticker.system());
    }

    public static Deadline after(Duration duration, Ticker ticker) {
        Duration bounded = duration.compareTo(FOREVER) > 0 ? FOREVER : duration;
        return new Deadline(ticker.nanoTime() + bounded.toNanos(), ticker);
    }

    /** The current request's deadline, or {@code fallback} from now where it has none. */
    public static Deadline currentOr(Duration fallback) {
        return currentOr(fallback, Ticker.system());
    }

    /** The same, {@code fallback} by this clock. */
    public static Deadline currentOr(Duration fallback, Ticker ticker) {
        return CURRENT.isBound() ? CURRENT.get() : after(fallback, ticker);
    }

    /** Time left; zero when it is over, never negative. */
    public Duration remaining() {
        long left = nanoTime - ticker.nanoTime();
        return left <= 0 ? Duration.ZERO : Duration.ofNanos(left);
    }

    public boolean isOver() {
        return nanoTime - ticker.nanoTime() <= 0;
    }

    /** The earlier of two points on the same clock. */
    public Deadline earlier(Deadline other) {
        return nanoTime - other.nanoTime <= 0 ? this : other;
    }

    /**
     * Waits for the result until then.
     *
     * @throws TimeoutException where it is not there in time
     * @throws ExecutionException where the result is a failure
     */
    public <T> T get(CompletableFuture<T> result) throws InterruptedException, ExecutionException, TimeoutException {
        return ticker.get(result, remaining());
    }
}
