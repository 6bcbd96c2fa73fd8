package io.crius.server.recovery;

import java.lang.reflect.Constructor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs virtual threads one at a time on the thread that made this, up to where each waits; whose turn is next is drawn by lot. So
 * the same lots give the same order. A virtual thread that is started by one of these is one of these.
 *
 * <p>Whatever would bring in an order that is not drawn fails: a wait by the machine's clock, and a thread from outside that wakes
 * one of these. What cannot be helped is a monitor of the JDK's that another thread of the process holds just then, such as its
 * cleaner: who waits for that has its next turn when it can.
 *
 * <p>The JDK lets a virtual thread inherit its scheduler and asks a pool for its timers, but has no public way to name the first
 * one's: {@code --add-opens java.base/java.lang=ALL-UNNAMED}.
 */
final class Turns extends ForkJoinPool {
    private static final Constructor<?> BUILDER = builder();

    /** The JDK's thread that goes on with virtual threads which had to wait for a monitor. */
    private static final String UNBLOCKER = "VirtualThread-unblocker";

    private final Thread carrier = Thread.currentThread();
    private final Random random;
    private final List<Runnable> ready = new ArrayList<>();
    private final Queue<Runnable> unblocked = new ConcurrentLinkedQueue<>();
    private volatile boolean running;
    private volatile boolean over;
    private volatile String strange = "";

    Turns(Random random) {
        super(1);
        this.random = random;
    }

    private static Constructor<?> builder() {
        try {
            Constructor<?> found = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
                    .getDeclaredConstructor(Executor.class);
            found.setAccessible(true);
            return found;
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("this JDK makes virtual threads in another way", e);
        }
    }

    /** Starts a thread; it runs when its turn comes. */
    void start(String name, Runnable task) {
        try {
            Thread _ = ((Thread.Builder.OfVirtual) BUILDER.newInstance(this))
                    .name(name)
                    .start(task);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("this JDK makes virtual threads in another way", e);
        }
    }

    /** Gives one thread its turn; false where all wait. */
    boolean runOne() {
        if (!strange.isEmpty()) {
            throw new AssertionError(strange);
        }
        for (Runnable turn = unblocked.poll(); turn != null; turn = unblocked.poll()) {
            ready.add(turn);
        }
        if (ready.isEmpty()) {
            return false;
        }
        int drawn = random.nextInt(ready.size());
        Runnable last = ready.removeLast();
        Runnable next = drawn == ready.size() ? last : ready.set(drawn, last);
        running = true;
        try {
            next.run();
        } finally {
            running = false;
        }
        return true;
    }

    /** Whether all threads wait. */
    boolean isIdle() {
        return ready.isEmpty() && unblocked.isEmpty();
    }

    /** No thread has another turn, as if the process had been killed. Does not return to a thread that calls it. */
    void die() {
        over = true;
        ready.clear();
        while (Thread.currentThread() != carrier) {
            // A thread that was interrupted does not park.
            boolean _ = Thread.interrupted();
            LockSupport.park(this);
        }
    }

    boolean isOver() {
        return over;
    }

    /** Called by the JDK where a virtual thread of this may go on. */
    @Override
    public void execute(Runnable turn) {
        Thread by = Thread.currentThread();
        if (by.getName().equals(UNBLOCKER)) {
            if (!over) {
                unblocked.add(turn);
            }
            return;
        }
        if (by != carrier && !(running && by.isVirtual())) {
            strange = by + " woke a thread of the simulation: in which order is not drawn by lot";
        }
        if (!over) {
            ready.add(turn);
        }
    }

    /** Called by the JDK where a virtual thread of this waits for a time. */
    @Override
    public ScheduledFuture<?> schedule(Runnable timer, long delay, TimeUnit unit) {
        throw new AssertionError("a thread of the simulation waits " + Duration.of(delay, unit.toChronoUnit())
                + " by the machine's clock");
    }
}
