package io.crius.linux;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A child of {@link KernelProcesses}. Thread-safe; the lock is held while the status is collected, never while waiting. */
final class SpawnedChild implements Child {
    private static final Duration LONGEST = Duration.ofDays(36500);

    private final KernelProcesses processes;
    private final long pid;
    private final Fd pidfd;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable ExitStatus status;
    private boolean closed;
    private boolean lost;

    SpawnedChild(KernelProcesses processes, long pid, Fd pidfd) {
        this.processes = processes;
        this.pid = pid;
        this.pidfd = pidfd;
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public Fd pidfd() {
        return pidfd;
    }

    @Override
    public Optional<ExitStatus> waitFor(Duration limit) throws IOException, InterruptedException {
        Optional<ExitStatus> ended = collect();
        if (ended.isPresent() || limit.isZero()) {
            return ended;
        }
        var over = new CountDownLatch(1);
        try (Subscription _ = processes.onExit(pidfd, over::countDown)) {
            if (!over.await(nanos(limit), TimeUnit.NANOSECONDS)) {
                return Optional.empty();
            }
        }
        ended = collect();
        if (ended.isEmpty()) {
            lost();
            throw new ErrnoException("wait for process " + pid + ", which somebody else collected", Errno.ECHILD);
        }
        return ended;
    }

    private void lost() {
        lock.lock();
        try {
            lost = true;
            processes.forget(this);
        } finally {
            lock.unlock();
        }
    }

    private static long nanos(Duration limit) {
        return limit.compareTo(LONGEST) < 0 ? limit.toNanos() : LONGEST.toNanos();
    }

    private Optional<ExitStatus> collect() throws ErrnoException {
        lock.lock();
        try {
            if (status == null) {
                status = processes.collect(pidfd).orElse(null);
                if (status != null) {
                    processes.forget(this);
                }
            }
            return Optional.ofNullable(status);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void kill(int signal) throws ErrnoException {
        lock.lock();
        try {
            if (status == null && !lost) {
                processes.signal(pidfd, signal);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            if (lost || collect().isPresent()) {
                pidfd.close();
            } else {
                processes.onExit(pidfd, this::collectLate);
            }
        } catch (ErrnoException e) {
            // The kernel has lost the child: somebody else collected it.
            processes.forget(this);
            pidfd.close();
        } finally {
            lock.unlock();
        }
    }

    private void collectLate() {
        try {
            collect();
        } catch (ErrnoException e) {
            processes.forget(this);
        } finally {
            pidfd.close();
        }
    }
}
