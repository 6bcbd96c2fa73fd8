package io.crius.server.job;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.crius.model.CriusException;
import io.crius.model.Ticker;
import io.crius.model.Timeline;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a creation job is, for its callers and for the engineer who asks why it takes so long.
 *
 * <p>Written by the job's thread, read and stopped by any thread.
 */
public final class Stage {
    private final Ticker ticker;
    private final long begun;
    private final Timeline timeline = new Timeline();
    private volatile String name;
    private volatile long entered;
    private volatile Timeline.Step step;
    private final ReentrantLock lock = new ReentrantLock();

    /** Who does work now that may be interrupted. */
    @GuardedBy("lock")
    private @Nullable Thread interruptible;

    @GuardedBy("lock")
    private boolean stopped;

    private volatile String whyStopped = "";

    public Stage(String first, Ticker ticker) {
        this.ticker = ticker;
        this.begun = ticker.nanoTime();
        this.entered = begun;
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

    /**
     * Nobody wants what the job makes any longer: it ends at its next stage, or now where it waits for something that
     * may be interrupted.
     */
    void stop(String why) {
        lock.lock();
        try {
            stopped = true;
            whyStopped = why;
            if (interruptible != null) {
                interruptible.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Why nobody wants it; empty where somebody does. */
    String whyStopped() {
        return whyStopped;
    }

    /**
     * Does work that {@link #stop} may interrupt: waiting for programs, not writing files of others, which an interrupt
     * would close.
     *
     * @throws CriusException.Cancelled where the job was stopped before
     */
    public <T> T interruptible(Supplier<T> work) {
        lock.lock();
        try {
            mustGoOn();
            interruptible = Thread.currentThread();
        } finally {
            lock.unlock();
        }
        try {
            return work.get();
        } finally {
            lock.lock();
            try {
                interruptible = null;
                // What comes now, taking back above all, is not to be interrupted by this.
                if (stopped) {
                    boolean _ = Thread.interrupted();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private void mustGoOn() {
        String why = whyStopped;
        if (!why.isEmpty()) {
            throw new CriusException.Cancelled(why);
        }
    }

    /**
     * Moves on; {@code next} completes the sentence "currently at stage ...".
     *
     * @throws CriusException.Cancelled where nobody wants what the job makes any longer
     */
    public void enter(String next) {
        mustGoOn();
        step.close();
        step = timeline.begin(next);
        name = next;
        entered = ticker.nanoTime();
    }

    public String name() {
        return name;
    }

    /** Time since the job began. */
    public Duration age() {
        return Duration.ofNanos(ticker.nanoTime() - begun);
    }

    /** Time since the current stage was entered. */
    public Duration inStage() {
        return Duration.ofNanos(ticker.nanoTime() - entered);
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
