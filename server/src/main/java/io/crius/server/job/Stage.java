package io.crius.server.job;

import io.crius.model.Timeline;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a creation job is, for its callers and for the engineer who asks why it takes so long.
 *
 * <p>Written by the job's thread, read by any thread.
 */
public final class Stage {
    private final long begun = System.nanoTime();
    private final Timeline timeline = new Timeline();
    private volatile String name;
    private volatile long entered = begun;
    private volatile Timeline.Step step;

    public Stage(String first) {
        this.name = first;
        this.step = timeline.begin(first);
    }

    /** The steps of the job, which become those of the object that it makes. */
    public Timeline timeline() {
        return timeline;
    }

    /** The job is over; {@code failure} says why it made nothing. */
    void end(@Nullable Throwable failure) {
        step.fail(failure);
        step.close();
    }

    /** Moves on; {@code next} completes the sentence "currently at stage ...". */
    public void enter(String next) {
        step.close();
        step = timeline.begin(next);
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
        return "stage \"" + name + "\" for " + inStage().toMillis() + " ms, " + age().toMillis() + " ms in all"
                + waitingFor();
    }

    /** What is waited for within the stage. */
    private String waitingFor() {
        return timeline.waitingFor()
                .filter(inner -> inner.depth() > 0)
                .map(inner -> ", waiting for " + inner.what()
                        + (inner.process() == 0 ? "" : " (process " + inner.process() + ")") + " for "
                        + inner.took().toMillis() + " ms")
                .orElse("");
    }
}
