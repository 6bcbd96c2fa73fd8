package io.crius.server.recovery;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.crius.server.explain.Arrears;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/** When the next attempt for one object is due. Thread-safe. */
final class Debt {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private Duration pause = SHORTEST;

    @GuardedBy("lock")
    private boolean begun;

    @GuardedBy("lock")
    private boolean tried;

    @GuardedBy("lock")
    private long due;

    @GuardedBy("lock")
    private String problem = "";

    @GuardedBy("lock")
    private int attempts;

    /** How it stands. */
    Arrears arrears(long now) {
        lock.lock();
        try {
            Duration next = begun || !tried ? Duration.ZERO : Duration.ofNanos(Math.max(0, due - now));
            return new Arrears(problem, attempts, next);
        } finally {
            lock.unlock();
        }
    }

    /** Whether no attempt is under way and the pause since the last one is over. */
    boolean isDue(long now) {
        lock.lock();
        try {
            return !begun && (!tried || now - due >= 0);
        } finally {
            lock.unlock();
        }
    }

    void begin() {
        lock.lock();
        try {
            begun = true;
            attempts++;
        } finally {
            lock.unlock();
        }
    }

    void pay() {
        lock.lock();
        try {
            begun = false;
        } finally {
            lock.unlock();
        }
    }

    /** The attempt failed; each pause is twice the one before. True where the problem is news. */
    boolean fail(String why, long now) {
        lock.lock();
        try {
            boolean news = !problem.equals(why);
            problem = why;
            due = now + pause.toNanos();
            pause = pause.plus(pause).compareTo(LONGEST) > 0 ? LONGEST : pause.plus(pause);
            tried = true;
            begun = false;
            return news;
        } finally {
            lock.unlock();
        }
    }
}
