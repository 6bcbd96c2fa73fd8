package io.crius.cgroup;

import static java.lang.System.Logger.Level.DEBUG;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes moves of processes between cgroups quick for a moment. Kernel: the first write to any {@code cgroup.procs} after a pause
 * waits for an RCU grace period (cgroup_threadgroup_rwsem; 8 to 40 ms on a node with work), those within some 12 ms after another
 * one do not. An OCI runtime makes such a write for each container and each exec; when somebody writes while the runtime is still
 * starting, the wait is over when it comes to its own. See decision 0100 for what that costs.
 *
 * <p>What is written is this process's number to the cgroup that it is in, which moves nothing. Thread-safe; where it does not
 * work nothing is lost but time.
 */
final class ExpectedMoves {
    private static final System.Logger LOG = System.getLogger(ExpectedMoves.class.getName());
    private static final Path OWN_CGROUPS = Path.of("/proc/self/cgroup");
    private static final long KEPT_NANOS = Duration.ofMillis(40).toNanos();
    private static final Duration STEP = Duration.ofMillis(8);

    private final Map<String, Path> roots;
    private final AtomicLong until = new AtomicLong(System.nanoTime());
    private final AtomicBoolean keeping = new AtomicBoolean();

    /**
     * @param roots mount points of hierarchies by a name that /proc/self/cgroup has for them: a controller, or nothing for v2
     */
    ExpectedMoves(Map<String, Path> roots) {
        this.roots = roots;
    }

    /** Moves within the next 40 ms are likely to be quick. Returns at once; the writes wait on a thread of their own. */
    void expect() {
        until.set(System.nanoTime() + KEPT_NANOS);
        if (keeping.compareAndSet(false, true)) {
            Thread.ofPlatform().daemon().name("expected-moves").start(this::keep);
        }
    }

    /** Whether the kernel is being kept ready. */
    boolean isKeeping() {
        return keeping.get();
    }

    private void keep() {
        boolean works = true;
        do {
            try {
                works = keepWhileExpected();
            } catch (IOException e) {
                works = false;
                LOG.log(DEBUG, () -> "moves between cgroups are not made quick: " + e);
            } finally {
                keeping.set(false);
            }
            // Whoever expected something just before this found the thread at work, and counts on it.
        } while (works && isExpected() && keeping.compareAndSet(false, true));
    }

    /** False where there is no cgroup to write to. Looks each time where this process is: another may have moved it. */
    private boolean keepWhileExpected() throws IOException {
        while (isExpected()) {
            Optional<Path> own = ownProcesses(Files.readString(OWN_CGROUPS));
            if (own.isEmpty()) {
                return false;
            }
            Files.writeString(own.get(), pid(), StandardOpenOption.WRITE);
            LockSupport.parkNanos(STEP.toNanos());
        }
        return true;
    }

    private static String pid() {
        return Long.toString(ProcessHandle.current().pid());
    }

    private boolean isExpected() {
        return until.get() - System.nanoTime() > 0;
    }

    /** Safety: where mounts and names belong to different cgroup namespaces, the path could be another cgroup's. */
    private Optional<Path> ownProcesses(String cgroups) {
        Optional<Path> file = cgroups.lines()
                .map(line -> line.split(":", 3))
                .filter(fields -> fields.length == 3)
                .flatMap(fields -> Arrays.stream(fields[1].split(",", -1))
                        .map(roots::get)
                        .filter(Objects::nonNull)
                        .map(root -> root.resolve("." + fields[2])
                                .resolve("cgroup.procs")
                                .normalize()))
                .findFirst();
        return file.filter(ExpectedMoves::listsThisProcess);
    }

    private static boolean listsThisProcess(Path file) {
        try {
            return Files.readAllLines(file).contains(pid());
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "moves between cgroups are not made quick: " + e);
            return false;
        }
    }
}
