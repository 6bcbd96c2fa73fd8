package io.crius.runtime.oci;

import io.crius.linux.Child;
import io.crius.linux.ErrnoException;
import io.crius.linux.ExitStatus;
import io.crius.linux.Fd;
import io.crius.linux.ProcessStat;
import io.crius.linux.Processes;
import io.crius.linux.SpawnRequest;
import io.crius.linux.Subscription;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The kernel's processes, the first of whose programs does not start before it is let, as on a disk that hangs. */
final class HeldProcesses implements Processes {
    private static final long PATIENCE_SECONDS = 20;

    private final Processes real;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final CompletableFuture<Long> first = new CompletableFuture<>();

    HeldProcesses(Processes real) {
        this.real = real;
    }

    /** Waits until the program is to be started. */
    void awaitHeld() throws InterruptedException {
        if (!held.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("nobody started a program");
        }
    }

    /** Lets it start, and gives its number. */
    long release() throws Exception {
        released.countDown();
        return first.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public Child spawn(SpawnRequest request) throws IOException {
        if (begun.getAndSet(true)) {
            return real.spawn(request);
        }
        held.countDown();
        try {
            released.await();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts a thread that starts a program", e);
        }
        Child child = real.spawn(request);
        first.complete(child.pid());
        return child;
    }

    @Override
    public Fd pidfd(long pid) throws ErrnoException {
        return real.pidfd(pid);
    }

    @Override
    public void signal(Fd pidfd, int signal) throws ErrnoException {
        real.signal(pidfd, signal);
    }

    @Override
    public void kill(long pid, int signal) throws ErrnoException {
        real.kill(pid, signal);
    }

    @Override
    public Optional<ProcessStat> stat(long pid) {
        return real.stat(pid);
    }

    @Override
    public void becomeSubreaper() throws ErrnoException {
        real.becomeSubreaper();
    }

    @Override
    public Subscription onExit(Fd pidfd, Runnable action) throws ErrnoException {
        return real.onExit(pidfd, action);
    }

    @Override
    public Optional<ExitStatus> collect(Fd pidfd) throws ErrnoException {
        return real.collect(pidfd);
    }

    @Override
    public Set<Long> exitedOrphans() throws ErrnoException {
        return real.exitedOrphans();
    }
}
