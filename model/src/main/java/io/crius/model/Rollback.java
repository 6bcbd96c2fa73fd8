package io.crius.model;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The undo steps of a multi-step operation: each step registers its undo at once, {@link #close} runs them newest first
 * unless {@link #commit} was called before.
 *
 * <p>Not thread-safe: one operation, one thread. A failing undo does not stop the others; all failures are thrown
 * together from {@link #close} (as suppressed exceptions of the first), so that they become part of the operation's
 * error and nothing is lost.
 */
public final class Rollback implements AutoCloseable {
    /** One undo step; it may be run after the resource is already gone and must then succeed. */
    @FunctionalInterface
    public interface Undo {
        void run() throws Exception;
    }

    private record Step(String what, Undo undo) {}

    private final Deque<Step> steps = new ArrayDeque<>();
    private boolean committed;

    /** Registers how to take back what was just done; {@code what} completes the sentence "could not ...". */
    public void onFailure(String what, Undo undo) {
        steps.push(new Step(what, undo));
    }

    /** From now on nothing is taken back. */
    public void commit() {
        committed = true;
    }

    @Override
    public void close() {
        if (committed) {
            return;
        }
        CriusException.Failed first = null;
        while (!steps.isEmpty()) {
            Step step = steps.pop();
            try {
                step.undo.run();
            } catch (Exception e) {
                var failure = new CriusException.Failed("undo: could not " + step.what + ": " + e.getMessage(), e);
                if (first == null) {
                    first = failure;
                } else {
                    first.addSuppressed(failure);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
