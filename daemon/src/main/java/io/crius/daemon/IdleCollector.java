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
        try {
            while (!Thread.currentThread().isInterrupted()) {
                if (used.get()) {
                    awaitQuiet();
                    used.set(false);
                    collect.run();
                    Thread.sleep(pace.rest());
                } else {
                    LockSupport.park(this);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitQuiet() throws InterruptedException {
        for (long left = untilQuiet(); left > 0; left = untilQuiet()) {
            Thread.sleep(Duration.ofNanos(left));
        }
    }

    private long untilQuiet() {
        return pace.quiet().toNanos() - (System.nanoTime() - lastUse);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
