package io.crius.server.explain;

import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Writes an explanation to the log, once for each step that takes too long. One virtual thread; a round looks at
 * snapshots only.
 */
public final class StallWatch implements AutoCloseable {
    /** When a step counts as stalled. */
    public static final Duration LIMIT = Duration.ofSeconds(30);

    private static final System.Logger LOG = System.getLogger(StallWatch.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Explainer explainer;
    private final Duration limit;
    private final Duration pause;
    private final Thread thread = Thread.ofVirtual().name("stall-watch").unstarted(this::run);
    private Set<String> told = Set.of();

    private StallWatch(Explainer explainer, Duration limit, Duration pause) {
        this.explainer = explainer;
        this.limit = limit;
        this.pause = pause;
    }

    /** Tells of what takes longer than {@link #LIMIT}. */
    public static StallWatch start(Explainer explainer) {
        return start(explainer, LIMIT, PAUSE);
    }

    /** As the other one; looks after each {@code pause}. */
    public static StallWatch start(Explainer explainer, Duration limit, Duration pause) {
        var watch = new StallWatch(explainer, limit, pause);
        watch.thread.start();
        return watch;
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(pause);
                look();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        var stalled = new HashSet<String>();
        for (Explanation explanation : explainer.stalled(limit)) {
            String step = explanation.id() + explanation.now().getFirst().begun();
            stalled.add(step);
            if (!told.contains(step)) {
                LOG.log(WARNING, () -> "stalled for " + limit.toSeconds() + " s: " + explanation.toText());
            }
        }
        told = stalled;
    }
}
