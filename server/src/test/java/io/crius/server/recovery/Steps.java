package io.crius.server.recovery;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.crius.linux.IoCallable;
import io.crius.model.CriusException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Every call that the daemon makes to the world, in order, one of which goes wrong. Thread-safe. */
final class Steps {
    /** What goes wrong. */
    enum Fault {
        FAILS_WITHOUT_EFFECT,
        FAILS_AFTER_ITS_EFFECT,
        DAEMON_DIES_BEFORE_IT,
        DAEMON_DIES_AFTER_IT;

        boolean isDeath() {
            return this == DAEMON_DIES_BEFORE_IT || this == DAEMON_DIES_AFTER_IT;
        }

        boolean isBefore() {
            return this == FAILS_WITHOUT_EFFECT || this == DAEMON_DIES_BEFORE_IT;
        }
    }

    /** The end of the daemon: whatever it does afterwards reaches nothing. */
    static final class Death extends Error {
        private static final long serialVersionUID = 1;

        Death(String call) {
            super("the daemon died at " + call, null, false, false);
        }
    }

    /** What the world does about a daemon. */
    interface World {
        /** A call begins; it may take its time. */
        void called(String call);

        /** The daemon dies, and nobody can know it yet. Nothing may be waited for. */
        void dies();

        /** The daemon is dead. */
        void died();
    }

    private final World world;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final List<String> log = new ArrayList<>();

    /** What daemons did that they must not; they may have taken it for an error of the call's. */
    final List<AssertionError> violations = new CopyOnWriteArrayList<>();

    private final List<Hold> holds = new CopyOnWriteArrayList<>();

    @GuardedBy("lock")
    private int left;

    @GuardedBy("lock")
    private Fault fault = Fault.FAILS_WITHOUT_EFFECT;

    @GuardedBy("lock")
    private Predicate<String> always = _ -> false;

    @GuardedBy("lock")
    private String hit = "";

    @GuardedBy("lock")
    private boolean dead;

    Steps(World world) {
        this.world = world;
    }

    /** The n-th call from now on goes wrong, once; 1 is the next. */
    void failAt(int n, Fault how) {
        lock.lock();
        try {
            left = n;
            fault = how;
        } finally {
            lock.unlock();
        }
    }

    /** Every call that begins so fails until {@link #heal}. */
    void failAlways(String beginning) {
        lock.lock();
        try {
            always = call -> call.startsWith(beginning);
        } finally {
            lock.unlock();
        }
    }

    /** A call that hangs. */
    static final class Hold {
        private final String beginning;
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        private Hold(String beginning) {
            this.beginning = beginning;
        }

        void awaitReached() throws InterruptedException {
            if (!reached.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("nobody called " + beginning);
            }
        }

        void release() {
            released.countDown();
        }

        private void pass(String call) {
            if (call.startsWith(beginning)) {
                reached.countDown();
                try {
                    released.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new CriusException.Cancelled(call + ": interrupted", e);
                }
            }
        }
    }

    /** From now on calls that begin so hang until they are released. */
    Hold hold(String beginning) {
        var hold = new Hold(beginning);
        holds.add(hold);
        return hold;
    }

    /** What was not reached does not go wrong any more. */
    void failNothing() {
        lock.lock();
        try {
            left = 0;
            always = _ -> false;
        } finally {
            lock.unlock();
        }
    }

    /** Forgets the calls that were made so far. */
    void forgetLog() {
        lock.lock();
        try {
            log.clear();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing goes wrong any more; the daemon that was started meanwhile lives. */
    void heal() {
        lock.lock();
        try {
            left = 0;
            always = _ -> false;
            dead = false;
        } finally {
            lock.unlock();
        }
    }

    boolean isDead() {
        lock.lock();
        try {
            return dead;
        } finally {
            lock.unlock();
        }
    }

    /** The call that went wrong, or nothing. */
    String hit() {
        lock.lock();
        try {
            return hit;
        } finally {
            lock.unlock();
        }
    }

    List<String> log() {
        lock.lock();
        try {
            return List.copyOf(log);
        } finally {
            lock.unlock();
        }
    }

    /** A call to a part of the daemon's world that speaks of errors by kind. */
    <T> T step(String call, Supplier<T> effect) {
        boolean fails = begin(call);
        if (fails && isBefore()) {
            throw goneWrong(call);
        }
        T result;
        try {
            result = effect.get();
        } catch (AssertionError e) {
            violations.add(e);
            throw e;
        }
        if (fails) {
            throw goneWrong(call);
        }
        return result;
    }

    /** A call to the kernel. */
    <T> T kernel(String call, IoCallable<T> effect) throws IOException {
        boolean fails = begin(call);
        if (fails && isBefore()) {
            throw kernelError(call);
        }
        T result = effect.call();
        if (fails) {
            throw kernelError(call);
        }
        return result;
    }

    private boolean begin(String call) {
        world.called(call);
        holds.forEach(hold -> hold.pass(call));
        lock.lock();
        try {
            if (dead) {
                throw new Death(call);
            }
            log.add(call);
            left--;
            if (left == 0) {
                hit = call;
            }
            return left == 0 || always.test(call);
        } finally {
            lock.unlock();
        }
    }

    private boolean isBefore() {
        lock.lock();
        try {
            return fault.isBefore();
        } finally {
            lock.unlock();
        }
    }

    private CriusException goneWrong(String call) {
        dieIfSo(call);
        return new CriusException.Failed(call + ": injected error");
    }

    private IOException kernelError(String call) {
        dieIfSo(call);
        return new IOException(call + ": injected error");
    }

    private void dieIfSo(String call) {
        lock.lock();
        try {
            if (!fault.isDeath()) {
                return;
            }
            world.dies();
            dead = true;
        } finally {
            lock.unlock();
        }
        world.died();
        throw new Death(call);
    }
}
