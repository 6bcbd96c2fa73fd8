package io.crius.server.container;

import io.crius.model.Deadline;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * "Kill no later than": the earliest of all deadlines that callers gave for one container's stop.
 *
 * <p>Thread-safe. A caller may only make the deadline earlier; the one stop loop waits on it.
 */
final class StopRegister {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Deadline killAt;
    private boolean over;

    StopRegister(Duration grace) {
        this.killAt = Deadline.after(grace);
    }

    /** Makes the deadline earlier; a later one changes nothing. */
    void noLaterThan(Duration grace) {
        lock.lock();
        try {
            killAt = killAt.earlier(Deadline.after(grace));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The container ended: nobody needs to wait any longer. */
    void end() {
        lock.lock();
        try {
            over = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the deadline or the end, whichever comes first; true when the container ended. */
    boolean awaitEndOrDeadline() throws InterruptedException {
        lock.lock();
        try {
            while (!over && !killAt.isOver()) {
                long left = killAt.remaining().toNanos();
                // Woken or not, the loop looks again: the deadline may have moved.
                var _ = changed.awaitNanos(left);
            }
            return over;
        } finally {
            lock.unlock();
        }
    }

    /** Waits at most so long for the end; true when the container ended. */
    boolean awaitEnd(Duration atMost) throws InterruptedException {
        Deadline until = Deadline.after(atMost);
        lock.lock();
        try {
            long left = until.remaining().toNanos();
            while (!over && left > 0) {
                left = changed.awaitNanos(left);
            }
            return over;
        } finally {
            lock.unlock();
        }
    }
}
