package io.crius.image.pull;

import io.crius.model.CriusException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * Looks after one pull while it runs: tells the log and the events how far it is, and ends it where nothing goes on for too long. A virtual
 * thread of its own, which ends with the pull; opened and closed by the thread that pulls.
 */
public final class PullWatch implements AutoCloseable {
    private static final Logger LOG = System.getLogger(PullWatch.class.getName());
    private static final Duration SHORTEST_LOOK = Duration.ofMillis(20);

    /**
     * When to do something.
     *
     * @param stall after how long without progress the pull is ended; zero never. Compat: {@code pull_progress_timeout}
     * @param report how often log and events are told
     */
    public record Times(Duration stall, Duration report) {
        private Duration look() {
            Duration tenth = Duration.ofNanos(stall.toNanos() / 10);
            Duration look = stall.isZero() || tenth.compareTo(report) > 0 ? report : tenth;
            return look.compareTo(SHORTEST_LOOK) < 0 ? SHORTEST_LOOK : look;
        }
    }

    private final PullProgress progress;
    private final Times times;
    private final PullEvents events;
    private final Thread puller = Thread.currentThread();
    private final Thread watcher;
    private volatile boolean stalled;

    private PullWatch(PullProgress progress, Times times, PullEvents events) {
        this.progress = progress;
        this.times = times;
        this.events = events;
        this.watcher = Thread.ofVirtual().name("image-pull-watch").unstarted(this::watch);
    }

    static PullWatch start(PullProgress progress, Times times, PullEvents events) {
        var watch = new PullWatch(progress, times, events);
        watch.watcher.start();
        return watch;
    }

    private void watch() {
        Duration unreported = Duration.ZERO;
        while (true) {
            try {
                Thread.sleep(times.look());
            } catch (InterruptedException _) {
                return;
            }
            if (!times.stall.isZero() && progress.idle().compareTo(times.stall) >= 0) {
                stalled = true;
                puller.interrupt();
                return;
            }
            unreported = unreported.plus(times.look());
            if (unreported.compareTo(times.report) >= 0) {
                unreported = Duration.ZERO;
                report();
            }
        }
    }

    private void report() {
        PullSnapshot now = progress.snapshot();
        events.add(PullEvent.Kind.PROGRESS, now, "");
        LOG.log(
                Level.INFO,
                () -> "pulling " + now.image() + ": " + now + ", "
                        + now.elapsed().toSeconds() + " s");
    }

    /** What a pull that was interrupted really failed of; that the watch interrupted it is over then. */
    CriusException reason(CriusException.Cancelled cancelled) {
        if (!stalled) {
            return cancelled;
        }
        close();
        Thread.interrupted();
        return new CriusException.DeadlineExceeded(
                "no progress for " + times.stall.toMillis() + " ms (pull_progress_timeout): " + progress.snapshot(),
                cancelled);
    }

    @Override
    public void close() {
        watcher.interrupt();
        ThreadEnd.await(watcher);
        if (stalled) {
            Thread.interrupted();
        }
    }
}
