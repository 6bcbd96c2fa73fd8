package io.crius.server.job;

import java.time.Duration;

/**
 * Where a creation job is, for its callers and for the engineer who asks why it takes so long.
 *
 * <p>Written by the job's thread, read by any thread.
 */
public final class Stage {
    private final long begun = System.nanoTime();
    private volatile String name;
    private volatile long entered = begun;

    public Stage(String first) {
        this.name = first;
    }

    /** Moves on; {@code next} completes the sentence "currently at stage ...". */
    public void enter(String next) {
        name = next;
        entered = System.nanoTime();
    }

    public String name() {
        return name;
    }

    /** Time since the job began. */
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** Time since the current stage was entered. */
    public Duration inStage() {
        return Duration.ofNanos(System.nanoTime() - entered);
    }

    @Override
    public String toString() {
        return "stage \"" + name + "\" for " + inStage().toMillis() + " ms, " + age().toMillis() + " ms in all";
    }
}
