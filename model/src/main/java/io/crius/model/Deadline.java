package io.crius.model;

import java.time.Duration;

/**
 * A point on the monotonic clock by which the caller wants its answer. The deadline of the request in progress travels
 * in {@link #CURRENT}; work that outlives its request binds another one.
 */
public record Deadline(long nanoTime) {
    /** The deadline of the request that this thread works for; unbound means none. */
    public static final ScopedValue<Deadline> CURRENT = ScopedValue.newInstance();

    private static final Duration FOREVER = Duration.ofDays(3650);

    public static Deadline after(Duration duration) {
        Duration bounded = duration.compareTo(FOREVER) > 0 ? FOREVER : duration;
        return new Deadline(System.nanoTime() + bounded.toNanos());
    }

    /** The current request's deadline, or {@code fallback} from now where it has none. */
    public static Deadline currentOr(Duration fallback) {
        return CURRENT.isBound() ? CURRENT.get() : after(fallback);
    }

    /** Time left; zero when it is over, never negative. */
    public Duration remaining() {
        long left = nanoTime - System.nanoTime();
        return left <= 0 ? Duration.ZERO : Duration.ofNanos(left);
    }

    public boolean isOver() {
        return nanoTime - System.nanoTime() <= 0;
    }

    public Deadline earlier(Deadline other) {
        return nanoTime - other.nanoTime <= 0 ? this : other;
    }
}
