package io.crius.server.edge;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.locks.ReentrantLock;

/** Interrupts a thread while it works for a call, and never afterwards. Thread-safe. */
final class Interruption {
    private final Thread worker;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private boolean over;

    Interruption(Thread worker) {
        this.worker = worker;
    }

    /** The caller left. */
    void begin() {
        lock.lock();
        try {
            if (!over) {
                worker.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The work is done: the worker's flag is cleared, so that sending the answer is not interrupted. Called by the worker. */
    void end() {
        lock.lock();
        try {
            over = true;
            var _ = Thread.interrupted();
        } finally {
            lock.unlock();
        }
    }
}
