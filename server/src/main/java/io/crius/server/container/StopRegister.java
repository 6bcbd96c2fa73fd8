package io.crius.server.container;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.crius.model.Deadline;
import io.crius.model.Ticker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * "Kill no later than": the earliest of all deadlines that callers gave for one container's stop.
 *
 * <p>Thread-safe. A caller may only make the deadline earlier; the one stop loop waits on it.
 */
final class StopRegister {
    private final Ticker ticker;
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private Deadline killAt;

    /** Completes when the deadline moves or the container ends, and is then another one. */
    @GuardedBy("lock")
    private CompletableFuture<Void> changed = new CompletableFuture<>();

    StopRegister(Duration grace, Ticker ticker) {
        this.ticker = ticker;
        this.killAt = Deadline.after(grace, ticker);
    }

    /** Makes the deadline earlier; a later one changes nothing. */
    void noLaterThan(Duration grace) {
        change(killAt -> killAt.earlier(Deadline.after(grace, ticker)));
    }

    /** The container ended: nobody needs to wait any longer. */
    void end() {
        over.complete(null);
        change(killAt -> killAt);
    }

    private void change(UnaryOperator<Deadline> how) {
        CompletableFuture<Void> before;
        lock.lock();
        try {
            killAt = how.apply(killAt);
            before = changed;
            changed = new CompletableFuture<>();
        } finally {
            lock.unlock();
        }
        before.complete(null);
    }

    /** Waits until the deadline or the end, whichever comes first; true when the container ended. */
    boolean awaitEndOrDeadline() throws InterruptedException {
        boolean waits = true;
        while (waits) {
            Deadline until;
            CompletableFuture<Void> news;
            lock.lock();
            try {
                until = killAt;
                news = changed;
            } finally {
                lock.unlock();
            }
            // Woken or not, the loop looks again: the deadline may have moved.
            waits = !over.isDone() && comes(news, until);
        }
        return over.isDone();
    }

    /** Waits at most so long for the end; true when the container ended. */
    boolean awaitEnd(Duration atMost) throws InterruptedException {
        return comes(over, Deadline.after(atMost, ticker));
    }

    private static boolean comes(CompletableFuture<Void> news, Deadline until) throws InterruptedException {
        try {
            var _ = until.get(news);
            return true;
        } catch (TimeoutException _) {
            return false;
        } catch (ExecutionException e) {
            throw new AssertionError("never completed exceptionally", e);
        }
    }
}
