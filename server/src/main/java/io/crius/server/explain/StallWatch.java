package io.crius.server.explain;

import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Writes an explanation to the log, once for each step that takes longer than {@link #LIMIT}. One virtual thread; a
 * round looks at snapshots only.
 */
public final class StallWatch implements AutoCloseable {
    /** When a step counts as stalled. */
    public static final Duration LIMIT = Duration.ofSeconds(30);

    private static final System.Logger LOG = System.getLogger(StallWatch.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Explainer explainer;
    private final Thread thread = Thread.ofVirtual().name("stall-watch").unstarted(this::run);
    private Set<String> told = Set.of();

    private StallWatch(Explainer explainer) {
        this.explainer = explainer;
    }

    public static StallWatch start(Explainer explainer) {
        var watch = new StallWatch(explainer);
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
                Thread.sleep(PAUSE);
                look();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        var stalled = new HashSet<String>();
        for (Explanation explanation : explainer.stalled(LIMIT)) {
            String step = explanation.id() + explanation.now().getFirst().begun();
            stalled.add(step);
            if (!told.contains(step)) {
                LOG.log(WARNING, () -> "stalled for " + LIMIT.toSeconds() + " s: " + explanation.toText());
            }
        }
        told = stalled;
    }
}
