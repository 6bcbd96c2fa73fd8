package io.crius.daemon;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Gives memory back when the daemon has nothing to do: after a burst of calls, when none has come for a while,
 * and not again before some time has passed, since kubelet asks every second for ever.
 *
 * <p>A small heap alone keeps what the largest burst needed; a collection at rest, with the heap's free ratios of
 * conf/crius.args, shrinks it again. While nobody calls, nothing wakes up. Thread-safe, without a lock.
 */
final class IdleCollector implements AutoCloseable {
    /**
     * Both above zero.
     *
     * @param quiet how long nobody must have called
     * @param rest the least time from one collection to the next
     */
    record Pace(Duration quiet, Duration rest) {}

    private final Pace pace;
    private final Runnable collect;
    private final AtomicBoolean used = new AtomicBoolean();
    private final Thread thread;
    private volatile long lastUse;

    private IdleCollector(Pace pace, Runnable collect) {
        this.pace = pace;
        this.collect = collect;
        this.thread = Thread.ofVirtual().name("idle-collector").unstarted(this::run);
    }

    /** Begins to watch. {@code collect} runs on a thread of the collector. */
    static IdleCollector start(Pace pace, Runnable collect) {
        IdleCollector collector = new IdleCollector(pace, collect);
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
                rest();
            } else {
                LockSupport.park(this);
            }
        }
    }

    private void awaitQuiet() {
        long left = pace.quiet().toNanos() - (System.nanoTime() - lastUse);
        while (left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, left);
            left = pace.quiet().toNanos() - (System.nanoTime() - lastUse);
        }
    }

    private void rest() {
        long end = System.nanoTime() + pace.rest().toNanos();
        for (long left = pace.rest().toNanos();
                left > 0 && !Thread.currentThread().isInterrupted();
                left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
