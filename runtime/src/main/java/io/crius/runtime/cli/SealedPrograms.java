package io.crius.runtime.cli;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.SealedCopy;
import io.crius.model.Ticker;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Sealed copies of crun, which would otherwise copy itself into memory each time it runs, as a protection against containers that
 * write to it (CVE-2019-5736): see docs/decisions/0137. A copy is made at the first use, again when another crun is installed, and
 * again when somebody has changed who may execute it: root in a container can get hold of it, which the seals do not prevent. It is
 * reached by a link that has the program's path below a folder of this class's own, so that lists of processes stay readable, and
 * it is gone with this process however that ends.
 *
 * <p>Thread-safe. The lock of this object is held while a program is read.
 */
public final class SealedPrograms implements RuntimePrograms, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SealedPrograms.class.getName());
    private static final Path TOP = Path.of("/");

    /** What the kernel shows for a copy. */
    private static final String NAME = "crun";

    /** How long a program is executed as it is after it could not be copied. */
    static final Duration AGAIN = Duration.ofMinutes(1);

    private final Linux linux;
    private final Path folder;
    private final Ticker ticker;
    private final Map<Path, Found> known = new ConcurrentHashMap<>();

    /** What is known of an installed program. */
    private sealed interface Found {
        InstalledCrun original();

        /** The copy that was used before, which somebody may be about to execute. */
        Optional<Fd> before();
    }

    /**
     * A copy.
     *
     * @param state of its file when it was made
     */
    private record Copied(InstalledCrun original, Path link, Fd copy, Map<String, Object> state, Optional<Fd> before)
            implements Found {
        /** Whether the link leads to the copy, and nobody has changed who may execute it. */
        boolean isWhole() {
            try {
                return state.equals(stateOf(link));
            } catch (IOException _) {
                return false;
            }
        }
    }

    /** A program that could not be copied. */
    private record AsItIs(InstalledCrun original, long sinceNanos, Optional<Fd> before) implements Found {}

    /** @param folder for the links; made when it is needed */
    public SealedPrograms(Linux linux, Path folder, Ticker ticker) {
        this.linux = linux;
        this.folder = folder;
        this.ticker = ticker;
    }

    private static Map<String, Object> stateOf(Path file) throws IOException {
        return Files.readAttributes(file, "unix:dev,ino,mode,uid,gid,ctime");
    }

    @Override
    public Path executable(Path program) {
        Optional<InstalledCrun> current = InstalledCrun.at(program);
        if (current.isEmpty()) {
            return program;
        }
        return found(program, current.get()).orElseGet(() -> seal(program, current.get()));
    }

    @Override
    public Path installed(Path executable) {
        return executable.startsWith(folder) ? TOP.resolve(folder.relativize(executable)) : executable;
    }

    /** What to execute as far as it is known. */
    private Optional<Path> found(Path program, InstalledCrun current) {
        @Nullable Found found = known.get(program);
        if (found == null || !found.original().equals(current)) {
            return Optional.empty();
        }
        return switch (found) {
            case Copied copied -> copied.isWhole() ? Optional.of(copied.link()) : Optional.empty();
            case AsItIs refused ->
                ticker.nanoTime() - refused.sinceNanos() < AGAIN.toNanos() ? Optional.of(program) : Optional.empty();
        };
    }

    private synchronized Path seal(Path program, InstalledCrun current) {
        Optional<Path> meanwhile = found(program, current);
        if (meanwhile.isPresent()) {
            return meanwhile.get();
        }
        Optional<Fd> before = replaced(known.get(program));
        try {
            Copied made = copy(current, before);
            known.put(program, made);
            return made.link();
        } catch (IOException e) {
            LOG.log(Level.WARNING, () -> program + " is executed as it is, and copies itself each time: " + e);
            known.put(program, new AsItIs(current, ticker.nanoTime(), before));
            return program;
        }
    }

    /** The copy that is replaced now; the one that it replaced itself is closed. */
    private static Optional<Fd> replaced(@Nullable Found found) {
        return switch (found) {
            case null -> Optional.empty();
            case Copied copied -> {
                copied.before().ifPresent(Fd::close);
                yield Optional.of(copied.copy());
            }
            case AsItIs refused -> refused.before();
        };
    }

    private Copied copy(InstalledCrun original, Optional<Fd> before) throws IOException {
        Fd copy = SealedCopy.of(linux.descriptors(), Files.readAllBytes(original.program()), NAME);
        boolean linked = false;
        try {
            Map<String, Object> state = stateOf(copy.procPath());
            Path link = link(original, copy, state);
            linked = true;
            return new Copied(original, link, copy, state, before);
        } finally {
            if (!linked) {
                copy.close();
            }
        }
    }

    /** By the number of this process: who executes it is another. Nothing is in its place where that fails. */
    private Path link(InstalledCrun original, Fd copy, Map<String, Object> state) throws IOException {
        Path link = linkTo(original.program());
        Files.createDirectories(link.getParent());
        Path fresh = link.resolveSibling(link.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Path target =
                Path.of("/proc", Long.toString(ProcessHandle.current().pid()), "fd", Integer.toString(copy.number()));
        Files.createSymbolicLink(fresh, target);
        boolean right = false;
        try {
            if (!stateOf(fresh).equals(state)) {
                throw new IOException(target + " is another file: /proc is not of this process's PID namespace");
            }
            if (!Files.isExecutable(fresh)) {
                throw new IOException("its copy cannot be executed: vm.memfd_noexec?");
            }
            Files.move(fresh, link, ATOMIC_MOVE);
            right = true;
            return link;
        } finally {
            if (!right) {
                Files.deleteIfExists(fresh);
                Files.deleteIfExists(link);
            }
        }
    }

    private Path linkTo(Path program) {
        return folder.resolve(TOP.relativize(program));
    }

    /** Takes the links away. Nothing may be executed any more; what runs goes on. */
    @Override
    public synchronized void close() {
        known.values().forEach(found -> {
            found.before().ifPresent(Fd::close);
            if (found instanceof Copied copied) {
                copied.copy().close();
            }
            remove(linkTo(found.original().program()));
        });
        known.clear();
    }

    private static void remove(Path link) {
        try {
            Files.deleteIfExists(link);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the link to a copy that is gone stays: " + link, e);
        }
    }
}
