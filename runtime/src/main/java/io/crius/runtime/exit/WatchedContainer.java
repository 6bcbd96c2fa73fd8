package io.crius.runtime.exit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.Subscription;
import io.crius.runtime.ProcessIdentity;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.process.NodeProcesses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One container that is watched: what is known of its two processes, and whether its end was told.
 *
 * <p>Thread-safe by its own lock, which is held while the exit file is read but never while the listener runs.
 */
final class WatchedContainer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(WatchedContainer.class.getName());

    /** From one attempt to watch to the next. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private static final int SIGCONT = 18;

    private final Linux linux;
    private final NodeProcesses processes;
    private final ExitFiles files;
    private final RuntimeContainer container;
    private final ExitListener listener;
    private final ExitWatcher.Senses senses;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private @Nullable Watch initWatch;

    /** Kept after the end was told until the monitor has ended too, so that it can be collected. */
    @GuardedBy("lock")
    private @Nullable Watch monitorWatch;

    @GuardedBy("lock")
    private @Nullable Thread timer;

    @GuardedBy("lock")
    private OptionalInt collected = OptionalInt.empty();

    @GuardedBy("lock")
    private boolean initGone;

    @GuardedBy("lock")
    private boolean monitorGone;

    @GuardedBy("lock")
    private boolean tooLate;

    @GuardedBy("lock")
    private boolean lossTold;

    @GuardedBy("lock")
    private boolean over;

    private record Watch(Fd pidfd, Subscription subscription) {
        void close() {
            subscription.close();
            pidfd.close();
        }
    }

    WatchedContainer(
            Linux linux,
            NodeProcesses processes,
            ExitFiles files,
            RuntimeContainer container,
            ExitListener listener,
            ExitWatcher.Senses senses) {
        this.linux = linux;
        this.processes = processes;
        this.files = files;
        this.container = container;
        this.listener = listener;
        this.senses = senses;
    }

    /** Subscribes to the end of both processes, and looks whether it was missed. */
    void begin() {
        if (!watchBoth()) {
            Thread.ofVirtual().name("watch-" + container.id().abbreviated()).start(this::watchAgain);
        }
        look();
        awaitLateMonitor();
    }

    /** Until it succeeds: that the system has no descriptor left says nothing about the container. */
    private void watchAgain() {
        try {
            do {
                senses.ticker().sleep(AGAIN);
            } while (!watchBoth());
        } catch (InterruptedException _) {
            return; // nobody interrupts it
        }
        look();
        awaitLateMonitor();
    }

    /** Whether each process is either watched or known to be gone. */
    private boolean watchBoth() {
        lock.lock();
        try {
            if (over) {
                return true;
            }
            if (initWatch == null && !initGone) {
                initWatch = watch(container.init(), this::initEnded).orElse(null);
                initGone = initWatch == null;
            }
            if (monitorWatch == null && !monitorGone) {
                monitorWatch = container.monitor().flatMap(this::watchMonitor).orElse(null);
                monitorGone = monitorWatch == null;
            }
            return true;
        } catch (UncheckedIOException e) {
            LOG.log(
                    Level.WARNING,
                    "container " + container.id() + " cannot be watched; it is tried again",
                    e.getCause());
            return false;
        } finally {
            lock.unlock();
        }
    }

    private Optional<Watch> watchMonitor(ProcessIdentity monitor) {
        return watch(monitor, this::monitorEnded);
    }

    /**
     * Empty where the process is gone.
     *
     * @throws UncheckedIOException it could not be told
     */
    private Optional<Watch> watch(ProcessIdentity process, Runnable ended) {
        try {
            Optional<Fd> opened = processes.open(process);
            return opened.isEmpty() ? Optional.empty() : Optional.of(subscribe(opened.get(), ended));
        } catch (IOException e) {
            throw new UncheckedIOException(process + " cannot be watched", e);
        }
    }

    private Watch subscribe(Fd process, Runnable ended) throws IOException {
        try {
            return new Watch(process, linux.processes().onExit(process, ended));
        } catch (IOException e) {
            process.close();
            throw e;
        }
    }

    private void monitorEnded() {
        lock.lock();
        try {
            monitorGone = true;
            if (monitorWatch != null) {
                collect(monitorWatch.pidfd());
                monitorWatch.close();
                monitorWatch = null;
            }
        } finally {
            lock.unlock();
        }
        look();
    }

    private void initEnded() {
        lock.lock();
        try {
            initGone = true;
            if (initWatch != null) {
                collected = collect(initWatch.pidfd());
                initWatch.close();
                initWatch = null;
            }
        } finally {
            lock.unlock();
        }
        look();
        awaitLateMonitor();
    }

    /**
     * The exit code of a process that has become this daemon's child: monitors do when they detach, and the first process of a
     * container does when its monitor is killed. For others there is nothing to collect.
     */
    private OptionalInt collect(Fd pidfd) {
        try {
            return linux.processes()
                    .collect(pidfd)
                    .map(status -> OptionalInt.of(status.shellCode()))
                    .orElse(OptionalInt.empty());
        } catch (ErrnoException e) {
            LOG.log(Level.DEBUG, "container " + container.id() + ": " + e.getMessage());
            return OptionalInt.empty();
        }
    }

    private void awaitLateMonitor() {
        lock.lock();
        try {
            if (!over && initGone && timer == null) {
                container.monitor().ifPresent(this::letGoOn);
                timer = Thread.ofVirtual()
                        .name("exit-" + container.id().abbreviated())
                        .start(this::expire);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Who was stopped by a signal would never report the end, and never be gone; on others the signal has no effect. */
    private void letGoOn(ProcessIdentity monitor) {
        try {
            boolean _ = processes.signal(monitor, SIGCONT);
        } catch (ErrnoException e) {
            LOG.log(Level.DEBUG, "container " + container.id() + ": " + e.getMessage());
        }
    }

    private void expire() {
        try {
            senses.ticker().sleep(senses.lateMonitor());
        } catch (InterruptedException _) {
            return; // the end was told meanwhile
        }
        lock.lock();
        try {
            tooLate = true;
        } finally {
            lock.unlock();
        }
        look();
    }

    /** Tells the listener what there is to tell. */
    void look() {
        Optional<ContainerExit> exit = Optional.empty();
        boolean lost = false;
        lock.lock();
        try {
            if (over) {
                return;
            }
            exit = exit();
            over = exit.isPresent();
            lost = !over && monitorGone && !lossTold && processes.isAlive(container.init());
            lossTold |= lost;
        } finally {
            lock.unlock();
        }
        if (lost) {
            listener.monitorLost(container.id());
        }
        if (exit.isPresent()) {
            releaseInit();
            listener.exited(exit.get());
        }
    }

    /** The order matters: who writes the file must be seen gone before the file is seen missing. */
    @GuardedBy("lock")
    private Optional<ContainerExit> exit() {
        Optional<ExitFiles.Report> report = files.report(container.id(), container.folders());
        if (report.isPresent()) {
            return Optional.of(
                    exit(OptionalInt.of(report.get().exitCode()), report.get().finishedAt()));
        }
        if (collected.isPresent() || (initGone && (monitorGone || tooLate))) {
            return Optional.of(exit(collected, senses.ticker().instant()));
        }
        return Optional.empty();
    }

    private ContainerExit exit(OptionalInt code, Instant finishedAt) {
        return new ContainerExit(container.id(), code, finishedAt, files.memory(container.folders()));
    }

    private void releaseInit() {
        lock.lock();
        try {
            over = true;
            if (initWatch != null) {
                initWatch.close();
                initWatch = null;
            }
            if (timer != null && timer != Thread.currentThread()) {
                timer.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of the processes; nothing is told afterwards. */
    @Override
    public void close() {
        releaseInit();
        lock.lock();
        try {
            if (monitorWatch != null) {
                monitorWatch.close();
                monitorWatch = null;
            }
        } finally {
            lock.unlock();
        }
    }
}
