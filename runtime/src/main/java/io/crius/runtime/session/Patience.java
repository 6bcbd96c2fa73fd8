package io.crius.runtime.session;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long a container waits for one person (docs/decisions/0131): who takes nothing is not waited for long, and who takes little
 * not for long in all; what was waited is forgiven little by little while nobody waits. Not thread-safe.
 */
final class Patience {
    /** While the person takes nothing. */
    static final Duration STILL = Duration.ofMillis(500);

    /** In all. */
    static final Duration IN_ALL = Duration.ofSeconds(10);

    /** A second of waiting is forgiven in so many seconds without. */
    private static final int FORGIVEN_AFTER = 10;

    private final long still;
    private final long inAll;
    private final LongSupplier clock;
    private long waited;
    private long begun;
    private long lastProgress;
    private long lastEnd;

    Patience() {
        this(STILL, IN_ALL, System::nanoTime);
    }

    /** By a clock of nanoseconds. */
    Patience(Duration still, Duration inAll, LongSupplier clock) {
        this.still = still.toNanos();
        this.inAll = inAll.toNanos();
        this.clock = clock;
        this.lastEnd = clock.getAsLong();
    }

    /** The container waits from now on. */
    void begin() {
        begun = clock.getAsLong();
        lastProgress = begun;
        waited = Math.max(0, waited - (begun - lastEnd) / FORGIVEN_AFTER);
    }

    /** The person has taken something. */
    void progress() {
        lastProgress = clock.getAsLong();
    }

    /** Nanoseconds until the container waits no longer; zero or less when it is time. */
    long left() {
        return Math.min(lastProgress + still - clock.getAsLong(), begun + inAll - waited - clock.getAsLong());
    }

    /** The container waits no more. */
    void end() {
        lastEnd = clock.getAsLong();
        waited += lastEnd - begun;
    }

    /** Why none is left: what the person did. */
    String verdict() {
        return waited >= inAll
                ? "read so slowly that it has waited " + Duration.ofNanos(inAll).toSeconds() + " s in all"
                : "read nothing for " + Duration.ofNanos(still).toMillis() + " ms";
    }
}
