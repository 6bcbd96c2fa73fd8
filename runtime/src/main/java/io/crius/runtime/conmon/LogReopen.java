package io.crius.runtime.conmon;

import io.crius.linux.Descriptors;
import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.OpenFlag;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.runtime.RuntimeContainer;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Has a monitor open its container's log anew, after kubelet has moved the file away. The disk of the log may hang: each call has a
 * platform thread, one for a container at most, which is left to itself when time is over. Thread-safe.
 */
public final class LogReopen {
    private static final System.Logger LOG = System.getLogger(LogReopen.class.getName());
    private static final byte[] REOPEN = "2 0 0\n".getBytes(StandardCharsets.US_ASCII);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(20);

    /** The thread says itself that time is over, unless it hangs. */
    private static final long SPARE_NANOS = 100_000_000;

    private final Descriptors descriptors;
    private final Map<ContainerId, CompletableFuture<Boolean>> running = new ConcurrentHashMap<>();

    public LogReopen(Descriptors descriptors) {
        this.descriptors = descriptors;
    }

    /**
     * Returns when the log's path names another file than before. Idempotent: where nobody moved the log away, nothing happens.
     *
     * @throws CriusException.FailedPrecondition when there is no monitor
     * @throws CriusException.DeadlineExceeded when the monitor or the disk does not react
     * @throws CriusException.Unavailable while an earlier call still waits for the disk
     */
    public void reopen(RuntimeContainer container, Deadline deadline) {
        var done = new CompletableFuture<Boolean>();
        awaitTurn(container, deadline, done);
        await(container, deadline, start(container, deadline, done), done);
    }

    private void awaitTurn(RuntimeContainer container, Deadline deadline, CompletableFuture<Boolean> mine) {
        @Nullable CompletableFuture<Boolean> earlier = running.putIfAbsent(container.id(), mine);
        while (earlier != null) {
            try {
                var _ = earlier.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                throw new CriusException.Unavailable(
                        "reopen the log of container " + container.id()
                                + ": an earlier call is still waiting for the disk of " + container.logPath(),
                        e);
            } catch (ExecutionException e) {
                LOG.log(Level.DEBUG, () -> "an earlier call failed: " + e.getMessage());
            } catch (InterruptedException e) {
                throw interrupted(container, e);
            }
            earlier = running.putIfAbsent(container.id(), mine);
        }
    }

    private Thread start(RuntimeContainer container, Deadline deadline, CompletableFuture<Boolean> done) {
        try {
            return Thread.ofPlatform()
                    .daemon(true)
                    .name("crius-log-reopen")
                    .start(() -> run(container, deadline, done));
        } catch (Error e) {
            running.remove(container.id());
            done.completeExceptionally(e);
            throw e;
        }
    }

    private void run(RuntimeContainer container, Deadline deadline, CompletableFuture<Boolean> done) {
        try {
            reopenHere(container, deadline);
            running.remove(container.id());
            done.complete(true);
        } catch (Throwable e) {
            running.remove(container.id());
            done.completeExceptionally(e);
        }
    }

    private static void await(
            RuntimeContainer container, Deadline deadline, Thread thread, CompletableFuture<Boolean> done) {
        try {
            var _ = done.get(deadline.remaining().toNanos() + SPARE_NANOS, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            thread.interrupt();
            throw interrupted(container, e);
        } catch (TimeoutException _) {
            throw late(container);
        } catch (ExecutionException e) {
            switch (Objects.requireNonNull(e.getCause())) {
                case RuntimeException failure -> throw failure;
                case Error error -> throw error;
                case Throwable other -> throw new AssertionError(other);
            }
        }
    }

    private static CriusException interrupted(RuntimeContainer container, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new CriusException.Cancelled("reopen the log of container " + container.id() + ": interrupted", cause);
    }

    private static CriusException late(RuntimeContainer container) {
        return new CriusException.DeadlineExceeded("reopen the log of container " + container.id() + ": its monitor "
                + monitor(container) + " was asked, but no new file came to be at " + container.logPath()
                + " in time: the monitor or the disk of the log hangs");
    }

    private void reopenHere(RuntimeContainer container, Deadline deadline) {
        Path log = container.logPath();
        if (isBeingWritten(container)) {
            // Compat: conmon would replace the file, and what it holds would be lost.
            return;
        }
        Optional<Object> before = file(log);
        ask(container);
        Duration pause = SHORTEST_PAUSE;
        while (isSame(before, file(log))) {
            if (deadline.isOver()) {
                throw late(container);
            }
            requireMonitor(container);
            sleep(container, pause);
            pause = pause.plus(pause).compareTo(LONGEST_PAUSE) < 0 ? pause.plus(pause) : LONGEST_PAUSE;
        }
    }

    /** Whether the monitor has the file that is at the log's path now open. */
    private static boolean isBeingWritten(RuntimeContainer container) {
        if (container.monitor().isEmpty()) {
            return false;
        }
        Path descriptors =
                Path.of("/proc", Long.toString(container.monitor().get().pid()), "fd");
        try (DirectoryStream<Path> all = Files.newDirectoryStream(descriptors)) {
            Path log = container.logPath().toRealPath();
            for (Path descriptor : all) {
                if (log.equals(Files.readSymbolicLink(descriptor))) {
                    return true;
                }
            }
        } catch (IOException _) {
            // no file, or no monitor: asking it will tell
        }
        return false;
    }

    private void ask(RuntimeContainer container) {
        try (Fd fifo = control(container)) {
            descriptors.write(fifo, REOPEN, 0, REOPEN.length);
        } catch (ErrnoException e) {
            throw failed(container, e);
        }
    }

    /** It may end instead of reading what it was asked: then nobody has to wait until time is over. */
    private void requireMonitor(RuntimeContainer container) {
        try {
            control(container).close();
        } catch (ErrnoException e) {
            throw failed(container, e);
        }
    }

    private Fd control(RuntimeContainer container) throws ErrnoException {
        // Kernel: fifo(7), opening for writing without waiting fails with ENXIO where nobody reads.
        return descriptors.open(
                MonitorFiles.control(container.folders()), Set.of(OpenFlag.WRONLY, OpenFlag.NONBLOCK), 0);
    }

    private static CriusException failed(RuntimeContainer container, ErrnoException e) {
        boolean gone = e.errno() == Errno.ENXIO || e.errno() == Errno.ENOENT || e.errno() == Errno.EPIPE;
        return gone
                ? new CriusException.FailedPrecondition(
                        "reopen the log of container " + container.id() + ": its monitor " + monitor(container)
                                + " is gone, so nobody writes the log any more",
                        e)
                : new CriusException.Failed(
                        "reopen the log of container " + container.id() + ": ask its monitor: " + e.getMessage(), e);
    }

    private static String monitor(RuntimeContainer container) {
        return container.monitor().map(process -> "(" + process + ")").orElse("(of unknown process)");
    }

    /** What tells the file from another one; empty where there is none. */
    private static Optional<Object> file(Path log) {
        try {
            return Optional.ofNullable(
                    Files.readAttributes(log, BasicFileAttributes.class).fileKey());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new CriusException.Failed("reopen the log " + log + ": " + e.getMessage(), e);
        }
    }

    private static boolean isSame(Optional<Object> before, Optional<Object> now) {
        return now.isEmpty() || now.equals(before);
    }

    private static void sleep(RuntimeContainer container, Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            throw interrupted(container, e);
        }
    }
}
