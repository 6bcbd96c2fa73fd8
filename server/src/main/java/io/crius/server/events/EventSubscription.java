package io.crius.server.events;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.crius.model.CriusException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The events of one subscriber that it has not taken yet. Thread-safe; one thread takes.
 *
 * <p>Compat: it holds a thousand, as CRI-O does. What does not fit is not dropped in silence: the subscriber gets what was
 * kept, and then is told.
 */
public final class EventSubscription implements AutoCloseable {
    private static final int MOST = 1_000;

    private final Consumer<EventSubscription> leave;
    private final Runnable lose;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final Deque<Event> waiting = new ArrayDeque<>();

    @GuardedBy("lock")
    private Optional<Event> lost = Optional.empty();

    @GuardedBy("lock")
    private boolean closed;

    /**
     * @param leave is called when nothing more is wanted
     * @param lose is called where an event does not fit
     */
    EventSubscription(Consumer<EventSubscription> leave, Runnable lose) {
        this.leave = leave;
        this.lose = lose;
    }

    /** Never waits for the subscriber. */
    void offer(Event event) {
        boolean overrun;
        lock.lock();
        try {
            overrun = waiting.size() >= MOST;
            if (!overrun && lost.isEmpty()) {
                waiting.add(event);
            } else if (lost.isEmpty()) {
                lost = Optional.of(event);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (overrun) {
            lose.run();
            leave.accept(this);
        }
    }

    /** Makes {@link #next} look again whether the subscriber is ready. */
    public void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the next event; empty after the end of the subscription.
     *
     * @param ready whether the subscriber can take one now; {@link #wake} is called when that changes
     * @throws CriusException.ResourceExhausted after the last event that could be kept, where some were lost
     */
    public Optional<Event> next(BooleanSupplier ready) throws InterruptedException {
        lock.lock();
        try {
            while (!closed && !(ready.getAsBoolean() && (lost.isPresent() || !waiting.isEmpty()))) {
                changed.await();
            }
            if (closed) {
                return Optional.empty();
            }
            if (waiting.isEmpty()) {
                throw tooSlow(lost.orElseThrow());
            }
            return Optional.of(waiting.poll());
        } finally {
            lock.unlock();
        }
    }

    private static CriusException tooSlow(Event first) {
        return new CriusException.ResourceExhausted("GetContainerEvents: this subscriber fell " + MOST
                + " events behind, and those from number " + first.sequence() + " (" + first.kind() + " of "
                + first.id() + ") on are lost to it; subscribe again, then list pods and containers");
    }

    /** Idempotent. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        leave.accept(this);
    }
}
