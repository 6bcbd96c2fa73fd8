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
    /** @param undo may be run after the resource is already gone and must then succeed */
    private record Step(String what, Attempts.Attempt undo) {}

    private final Deque<Step> steps = new ArrayDeque<>();
    private boolean committed;

    /** Registers how to take back what was just done; {@code what} completes the sentence "could not ...". */
    public void onFailure(String what, Attempts.Attempt undo) {
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
        var undoing = new Attempts();
        while (!steps.isEmpty()) {
            Step step = steps.pop();
            undoing.make("undo: could not " + step.what, step.undo);
        }
        undoing.throwFailures();
    }
}
