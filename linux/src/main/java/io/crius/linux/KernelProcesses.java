package io.crius.linux;

import io.crius.linux.abi.Nr;
import io.crius.linux.abi.Structs.Siginfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@link Processes} by system calls. Thread-safe. One lock is held while the spawn functions are bound, another from before a
 * child is born until it is known; neither while holding the other.
 */
final class KernelProcesses implements Processes {
    private static final int PR_SET_CHILD_SUBREAPER = 36;
    /** Kernel: ESRCH from a read of a file of a process that has ended since it was opened, in the C library's words. */
    private static final String ENDED_MEANWHILE = "No such process";

    private static final int P_ALL = 0;
    private static final int P_PID = 1;
    private static final int P_PIDFD = 3;
    private static final int WNOHANG = 1;
    private static final int WEXITED = 4;
    private static final int WNOWAIT = 0x01000000;
    private static final int CLD_EXITED = 1;
    private static final int SIGKILL = 9;

    private final NativeThreads threads;
    private final Readiness readiness;
    /** By number. A number may become another child's between collecting its owner and forgetting it. */
    private final Map<Long, SpawnedChild> children = new ConcurrentHashMap<>();

    /** Read: a child is being born and not yet known. Write: nobody is, so every unknown child is an orphan. */
    private final ReentrantReadWriteLock births = new ReentrantReadWriteLock();

    private final ReentrantLock binding = new ReentrantLock();
    private @Nullable Spawner spawner;

    KernelProcesses(NativeThreads threads, Readiness readiness) {
        this.threads = threads;
        this.readiness = readiness;
    }

    @Override
    public Child spawn(SpawnRequest request) throws IOException {
        Spawner bound = spawner();
        births.readLock().lock();
        try {
            long pid = threads.call(() -> bound.spawn(request));
            var child = new SpawnedChild(this, pid, pidfdOfChild(pid));
            children.put(pid, child);
            return child;
        } finally {
            births.readLock().unlock();
        }
    }

    /** A child without a descriptor could not be watched over: it is ended. Its number is its own until collected. */
    private Fd pidfdOfChild(long pid) throws ErrnoException {
        try {
            return pidfd(pid);
        } catch (ErrnoException e) {
            kill(pid, SIGKILL);
            threads.call(() -> {
                try (Scratch scratch = Scratch.take()) {
                    MemorySegment info = scratch.struct(Siginfo.SIZE);
                    return scratch.call(Nr.WAITID, P_PID, pid, info.address(), WEXITED, 0);
                }
            });
            throw e;
        }
    }

    private Spawner spawner() {
        binding.lock();
        try {
            Spawner bound = spawner;
            if (bound == null) {
                bound = new Spawner();
                spawner = bound;
            }
            return bound;
        } finally {
            binding.unlock();
        }
    }

    /** The child's exit status was collected: its number may become another process's. */
    void forget(SpawnedChild child) {
        children.remove(child.pid(), child);
    }

    @Override
    public Fd pidfd(long pid) throws ErrnoException {
        return new Fd((int) Sys.check(Sys.call(Nr.PIDFD_OPEN, pid, 0), "pidfd_open", pid));
    }

    @Override
    public void signal(Fd pidfd, int signal) throws ErrnoException {
        Sys.check(Sys.call(Nr.PIDFD_SEND_SIGNAL, pidfd.number(), signal, 0, 0), "pidfd_send_signal", signal);
    }

    @Override
    public void kill(long pid, int signal) throws ErrnoException {
        Sys.check(Sys.call(Nr.KILL, pid, signal), "kill", pid, signal);
    }

    @Override
    public Optional<ProcessStat> stat(long pid) {
        try {
            Path file = Path.of("/proc", Long.toString(pid), "stat");
            return ProcessStat.parse(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains(ENDED_MEANWHILE)) {
                return Optional.empty();
            }
            throw new UncheckedIOException("process " + pid + " cannot be looked at", e);
        }
    }

    @Override
    public void becomeSubreaper() throws ErrnoException {
        Sys.check(Sys.call(Nr.PRCTL, PR_SET_CHILD_SUBREAPER, 1), "prctl", "PR_SET_CHILD_SUBREAPER");
    }

    @Override
    public Subscription onExit(Fd pidfd, Runnable action) throws ErrnoException {
        return readiness.add(pidfd, Readiness.READABLE, () -> Thread.startVirtualThread(action));
    }

    @Override
    public Optional<ExitStatus> collect(Fd pidfd) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            MemorySegment info = scratch.struct(Siginfo.SIZE);
            long result = scratch.call(Nr.WAITID, P_PIDFD, pidfd.number(), info.address(), WEXITED | WNOHANG, 0);
            if (result == -Errno.ECHILD.number()) {
                return Optional.empty();
            }
            Sys.check(result, "waitid", pidfd);
            return status(info);
        }
    }

    private static Optional<ExitStatus> status(MemorySegment info) {
        if (info.get(ValueLayout.JAVA_INT, Siginfo.PID) == 0) {
            return Optional.empty();
        }
        int status = info.get(ValueLayout.JAVA_INT, Siginfo.STATUS);
        boolean exited = info.get(ValueLayout.JAVA_INT, Siginfo.CODE) == CLD_EXITED;
        return Optional.of(exited ? ExitStatus.exited(status) : ExitStatus.signaled(status));
    }

    @Override
    public Set<Long> exitedOrphans() throws ErrnoException {
        OptionalLong first = firstExited();
        if (first.isEmpty()) {
            return Set.of();
        }
        births.writeLock().lock();
        try {
            var exited = new HashSet<Long>();
            exited.add(first.getAsLong());
            allChildren()
                    .filter(pid -> stat(pid).filter(ProcessStat::isDead).isPresent())
                    .forEach(exited::add);
            exited.removeAll(children.keySet());
            return exited;
        } finally {
            births.writeLock().unlock();
        }
    }

    private static OptionalLong firstExited() throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            MemorySegment info = scratch.struct(Siginfo.SIZE);
            long result = scratch.call(Nr.WAITID, P_ALL, 0, info.address(), WEXITED | WNOHANG | WNOWAIT, 0);
            if (result != -Errno.ECHILD.number()) {
                Sys.check(result, "waitid", "all");
            }
            long pid = info.get(ValueLayout.JAVA_INT, Siginfo.PID);
            return pid == 0 ? OptionalLong.empty() : OptionalLong.of(pid);
        }
    }

    /** Kernel: CONFIG_PROC_CHILDREN; children belong to the thread that started or adopted them. */
    private static Stream<Long> allChildren() {
        var lists = new StringBuilder();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path thread : threads) {
                lists.append(children(thread)).append(' ');
            }
        } catch (IOException _) {
            return Stream.empty();
        }
        return Arrays.stream(lists.toString().split("\\s+"))
                .filter(word -> !word.isEmpty())
                .map(Long::valueOf);
    }

    private static String children(Path thread) {
        try {
            return Files.readString(thread.resolve("children"));
        } catch (IOException _) {
            // the thread has ended, or the kernel has no such file
            return "";
        }
    }
}
