package io.crius.model;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What was done with one object, step by step, and what is being done now, for whoever asks why it takes so long.
 *
 * <p>Work binds the timeline of its object in {@link #CURRENT}, and whatever may take long on the way says so by {@link
 * #step(String)} without knowing the object. Thread-safe and never waits: the newest {@value #KEPT} steps are kept, and
 * those that are not over.
 */
public final class Timeline {
    /** The timeline of the object that this thread works for. */
    public static final ScopedValue<Timeline> CURRENT = ScopedValue.newInstance();

    static final int KEPT = 32;

    private static final long OPEN = -1;

    /** Parts of a step that took less than a millisecond are not kept. */
    private static final long WORTH_TELLING = 1_000_000;

    /**
     * A step as it was at one moment.
     *
     * @param depth 0 for work on the object itself, 1 for a part of that, and so on
     * @param took until its end, or until now
     * @param process the program that is waited for; 0 where there is none
     * @param problem why it failed; empty where it did not, or is not over
     */
    public record Entry(
            String what,
            int depth,
            Instant begun,
            Duration took,
            boolean over,
            RequestId request,
            long process,
            String problem) {}

    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Deque<Step> steps = new ArrayDeque<>();

    /** A step that has begun; closing it is its end. For one thread. */
    public static final class Step implements AutoCloseable {
        private final @Nullable Timeline timeline;
        private final String what;
        private final int depth;
        private final Thread thread;
        private final Instant begun;
        private final long begunNanos;
        private final RequestId request;
        private volatile long tookNanos = OPEN;
        private volatile long process;
        private volatile String problem = "";

        private Step(@Nullable Timeline timeline, String what, int depth) {
            this.timeline = timeline;
            this.what = what;
            this.depth = depth;
            this.thread = Thread.currentThread();
            this.begun = Instant.now();
            this.begunNanos = System.nanoTime();
            this.request = RequestId.current();
        }

        /** Says which program is waited for. */
        public void process(long pid) {
            process = pid;
        }

        /** Says why it will have failed. */
        public void fail(@Nullable Throwable cause) {
            problem = cause == null ? "" : String.valueOf(cause.getMessage());
        }

        @Override
        public void close() {
            if (tookNanos == OPEN) {
                tookNanos = System.nanoTime() - begunNanos;
                if (timeline != null) {
                    timeline.end(this);
                }
            }
        }

        private Entry entry() {
            long took = tookNanos;
            Duration duration = Duration.ofNanos(took == OPEN ? System.nanoTime() - begunNanos : took);
            return new Entry(what, depth, begun, duration, took != OPEN, request, process, problem);
        }
    }

    /** That of the work this thread does, or a new one. */
    public static Timeline currentOrNew() {
        return CURRENT.isBound() ? CURRENT.get() : new Timeline();
    }

    /** Begins a step of the work that this thread does; noted nowhere where the work has no timeline. */
    public static Step step(String what) {
        return CURRENT.isBound() ? CURRENT.get().begin(what) : new Step(null, what, 0);
    }

    /** Begins a step; it is part of those that the same thread has begun and not ended. */
    public Step begin(String what) {
        Thread thread = Thread.currentThread();
        lock.lock();
        try {
            int depth = (int) steps.stream()
                    .filter(step -> step.tookNanos == OPEN && step.thread == thread)
                    .count();
            var step = new Step(this, what, depth);
            steps.addLast(step);
            return step;
        } finally {
            lock.unlock();
        }
    }

    private void end(Step step) {
        lock.lock();
        try {
            if (step.depth > 0 && step.tookNanos < WORTH_TELLING && step.problem.isEmpty()) {
                steps.remove(step);
            }
            var all = steps.iterator();
            for (int surplus = steps.size() - KEPT; surplus > 0 && all.hasNext(); ) {
                if (all.next().tookNanos != OPEN) {
                    all.remove();
                    surplus--;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** The steps in the order of their beginnings. */
    public List<Entry> entries() {
        lock.lock();
        try {
            return steps.stream().map(Step::entry).toList();
        } finally {
            lock.unlock();
        }
    }

    /** What is being waited for: the innermost step that is not over. */
    public Optional<Entry> waitingFor() {
        return entries().stream().filter(entry -> !entry.over()).reduce((_, inner) -> inner);
    }
}
