package io.crius.daemon;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Gives memory back when the daemon has nothing to do: once after each burst of calls, when none has come for a while.
 *
 * <p>A small heap alone keeps what the largest burst needed; a collection at rest, with the heap's free ratios of
 * conf/crius.args, shrinks it again. While nobody calls, nothing wakes up. Thread-safe, without a lock.
 */
final class IdleCollector implements AutoCloseable {
    private final Duration quiet;
    private final Runnable collect;
    private final AtomicBoolean used = new AtomicBoolean();
    private final Thread thread;
    private volatile long lastUse;

    private IdleCollector(Duration quiet, Runnable collect) {
        this.quiet = quiet;
        this.collect = collect;
        this.thread = Thread.ofVirtual().name("idle-collector").unstarted(this::run);
    }

    /** Begins to watch. {@code collect} runs on a thread of the collector, {@code quiet} after the last call. */
    static IdleCollector start(Duration quiet, Runnable collect) {
        IdleCollector collector = new IdleCollector(quiet, collect);
        collector.thread.start();
        return collector;
    }

    /** To be called at each call; costs a volatile write. */
    void used() {
        lastUse = System.nanoTime();
        if (!used.get() && used.compareAndSet(false, true)) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            if (used.get()) {
                awaitQuiet();
                used.set(false);
                collect.run();
            } else {
                LockSupport.park(this);
            }
        }
    }

    private void awaitQuiet() {
        long left = quiet.toNanos() - (System.nanoTime() - lastUse);
        while (left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, left);
            left = quiet.toNanos() - (System.nanoTime() - lastUse);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
