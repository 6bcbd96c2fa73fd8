package io.crius.server.job;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.crius.model.CriusException;
import io.crius.model.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets a bounded number of creations run at once. The others wait in line, first come first served within a group, the
 * groups taking turns, so that one that asks for much does not hold up the rest; when the line is full the next is refused.
 *
 * <p>A creation that takes longer than {@link #STALLED} no longer counts: something that hangs must not take the place of those
 * that would go on.
 *
 * <p>Thread-safe.
 */
public final class Admission {
    /** No step of a creation takes so long unless something outside hangs or is far too slow. */
    static final Duration STALLED = Duration.ofSeconds(10);

    private final int atOnce;
    private final int inLine;
    private final Duration stalled;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();

    /** The turns, the group whose turn it is first. */
    @GuardedBy("lock")
    private final Map<String, Deque<Place>> line = new LinkedHashMap<>();

    /** Those that run and count, oldest first. */
    @GuardedBy("lock")
    private final List<Place> running = new ArrayList<>();

    @GuardedBy("lock")
    private int waiting;

    /**
     * No bound is reached by accident: both are at least one.
     *
     * @param atOnce how many may run
     * @param inLine how many may wait beside them
     */
    public Admission(int atOnce, int inLine) {
        this(atOnce, inLine, STALLED, Ticker.system());
    }

    /** As the other one, by another clock. */
    public Admission(int atOnce, int inLine, Ticker ticker) {
        this(atOnce, inLine, STALLED, ticker);
    }

    Admission(int atOnce, int inLine, Duration stalled, Ticker ticker) {
        this.atOnce = Math.max(1, atOnce);
        this.inLine = Math.max(1, inLine);
        this.stalled = stalled;
        this.ticker = ticker;
    }

    Ticker ticker() {
        return ticker;
    }

    /** A place in line, then among those that run; closing it gives it to the next. */
    public final class Place implements AutoCloseable {
        private final String group;
        private final CompletableFuture<Void> turn = new CompletableFuture<>();

        /** Written before the place is among those that run. */
        private volatile long begun;

        private Place(String group) {
            this.group = group;
        }

        /** Waits for its turn. */
        void await() throws InterruptedException {
            while (!comesWithin(untilNextStalls())) {
                lock.lock();
                try {
                    grant();
                } finally {
                    lock.unlock();
                }
            }
        }

        private boolean comesWithin(Duration time) throws InterruptedException {
            try {
                var _ = ticker.get(turn, time);
                return true;
            } catch (TimeoutException _) {
                return false;
            } catch (ExecutionException e) {
                throw new AssertionError("never completed exceptionally", e);
            }
        }

        /** Whether its turn has not come yet. */
        boolean waits() {
            return !turn.isDone();
        }

        /** Idempotent; also before its turn came. */
        @Override
        public void close() {
            lock.lock();
            try {
                running.remove(this);
                Deque<Place> group = line.get(this.group);
                if (group != null && group.remove(this)) {
                    waiting--;
                    dropIfEmpty(this.group, group);
                }
                grant();
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Takes a place at the end of the group's line; it is the caller's from now on.
     *
     * @throws CriusException.ResourceExhausted where the line is full
     */
    Place enter(String group) {
        lock.lock();
        try {
            grant();
            if (running.size() >= atOnce && waiting >= inLine) {
                throw new CriusException.ResourceExhausted("this node is busy: " + atOnce + " creations run and "
                        + waiting + " wait in line, which is as many as may; try again later");
            }
            var place = new Place(group);
            line.computeIfAbsent(group, _ -> new ArrayDeque<>()).add(place);
            waiting++;
            grant();
            return place;
        } finally {
            lock.unlock();
        }
    }

    /** How many wait in line. */
    public int waiting() {
        lock.lock();
        try {
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void grant() {
        long now = ticker.nanoTime();
        running.removeIf(place -> now - place.begun >= stalled.toNanos());
        while (running.size() < atOnce && !line.isEmpty()) {
            var first = line.entrySet().iterator().next();
            Place next = first.getValue().remove();
            // The group goes to the end of the turns.
            line.remove(first.getKey());
            if (!first.getValue().isEmpty()) {
                line.put(first.getKey(), first.getValue());
            }
            waiting--;
            next.begun = now;
            running.add(next);
            next.turn.complete(null);
        }
    }

    @GuardedBy("lock")
    private void dropIfEmpty(String name, Deque<Place> group) {
        if (group.isEmpty()) {
            line.remove(name);
        }
    }

    /** When one of those that run may cease to count; whoever waits looks then. */
    private Duration untilNextStalls() {
        lock.lock();
        try {
            long now = ticker.nanoTime();
            return running.isEmpty()
                    ? stalled
                    : Duration.ofNanos(Math.max(1, stalled.toNanos() - (now - running.getFirst().begun)));
        } finally {
            lock.unlock();
        }
    }
}
