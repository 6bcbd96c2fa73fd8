package io.crius.linux;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A child of {@link FakeProcesses}. Thread-safe by its monitor, which is not held while waiting. */
final class FakeChild implements Child {
    private final FakeProcesses processes;
    private final FakeProcess process;
    private final Fd pidfd;
    private @Nullable ExitStatus status;

    FakeChild(FakeProcesses processes, FakeProcess process, Fd pidfd) {
        this.processes = processes;
        this.process = process;
        this.pidfd = pidfd;
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public Fd pidfd() {
        return pidfd;
    }

    @Override
    public Optional<ExitStatus> waitFor(Duration limit) throws InterruptedException {
        var over = new CountDownLatch(1);
        try (Subscription _ = process.onExit(over::countDown)) {
            return over.await(limit.toMillis(), TimeUnit.MILLISECONDS) ? collect() : Optional.empty();
        }
    }

    private synchronized Optional<ExitStatus> collect() {
        if (status == null) {
            status = processes.collect(process).orElse(null);
        }
        return Optional.ofNullable(status);
    }

    @Override
    public synchronized void kill(int signal) throws ErrnoException {
        if (status == null) {
            processes.signal(pidfd, signal);
        }
    }

    @Override
    public void close() {
        process.onExit(this::collect);
        pidfd.close();
    }
}
