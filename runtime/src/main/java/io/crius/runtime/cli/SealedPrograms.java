package io.crius.runtime.cli;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.SealedCopy;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Sealed copies of runtimes that would otherwise copy themselves into memory each time they run, as a protection against
 * containers that write to them (CVE-2019-5736): see docs/decisions/0137. A copy is made at the first use and again when the
 * installed program has changed. It is reached by a link that has the program's path below a folder of this class's own, so that
 * lists of processes stay readable, and it is gone with this process however that ends.
 *
 * <p>Thread-safe. The lock of this object is held while a program is read.
 */
public final class SealedPrograms implements RuntimePrograms, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SealedPrograms.class.getName());

    /** Who looks for seals before copying itself. runc hardly gains by them, and is twenty times as big. */
    private static final String COPIES_ITSELF = "crun";

    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

    private final Linux linux;
    private final Path folder;
    private final Map<Path, Sealed> sealed = new ConcurrentHashMap<>();

    /** Which file a copy is of. */
    private record Original(@Nullable Object inode, FileTime changed, long size) {
        static Original of(Path program) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(program, BasicFileAttributes.class);
            return new Original(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
        }
    }

    /**
     * A copy, and the one before it, which somebody may be about to execute.
     *
     * @param link what leads to the copy; the program itself where there is none
     */
    private record Sealed(Original original, Path link, Optional<Fd> copy, Optional<Fd> before) {
        boolean serves(Original current) {
            return original.equals(current) && (copy.isEmpty() || Files.exists(link));
        }
    }

    /** @param folder for the links; made when it is needed */
    public SealedPrograms(Linux linux, Path folder) {
        this.linux = linux;
        this.folder = folder;
    }

    @Override
    public Path executable(Path program) {
        if (!program.endsWith(COPIES_ITSELF)) {
            return program;
        }
        try {
            Original current = Original.of(program);
            @Nullable Sealed found = sealed.get(program);
            return found != null && found.serves(current) ? found.link() : seal(program, current);
        } catch (IOException _) {
            // Whoever executes it is told the same, with the path that was configured.
            return program;
        }
    }

    private synchronized Path seal(Path program, Original current) {
        @Nullable Sealed found = sealed.get(program);
        if (found != null && found.serves(current)) {
            return found.link();
        }
        Optional<Fd> before = found == null ? Optional.empty() : found.copy();
        if (found != null) {
            found.before().ifPresent(Fd::close);
        }
        Sealed made;
        try {
            made = copy(program, current, before);
        } catch (IOException e) {
            LOG.log(Level.WARNING, () -> program + " is executed as it is, and copies itself each time: " + e);
            made = new Sealed(current, program, Optional.empty(), before);
        }
        sealed.put(program, made);
        return made.link();
    }

    private Sealed copy(Path program, Original current, Optional<Fd> before) throws IOException {
        if (!isBinary(program)) {
            // A script may look at its own path.
            return new Sealed(current, program, Optional.empty(), before);
        }
        Fd copy = SealedCopy.of(linux.descriptors(), program, COPIES_ITSELF);
        boolean linked = false;
        try {
            Path link = link(program, copy);
            if (!Files.isExecutable(link)) {
                throw new IOException("its copy cannot be executed: vm.memfd_noexec?");
            }
            linked = true;
            return new Sealed(current, link, Optional.of(copy), before);
        } finally {
            if (!linked) {
                copy.close();
            }
        }
    }

    private static boolean isBinary(Path program) throws IOException {
        try (InputStream in = Files.newInputStream(program)) {
            return Arrays.equals(in.readNBytes(ELF.length), ELF);
        }
    }

    /** By the number of this process: who executes it is another. */
    private Path link(Path program, Fd copy) throws IOException {
        Path link = folder.resolve(Path.of("/").relativize(program));
        Files.createDirectories(link.getParent());
        Path fresh = link.resolveSibling(link.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createSymbolicLink(
                fresh,
                Path.of("/proc", Long.toString(ProcessHandle.current().pid()), "fd", Integer.toString(copy.number())));
        Files.move(fresh, link, ATOMIC_MOVE);
        return link;
    }

    /** Takes the links away. Nothing may be executed any more; what runs goes on. */
    @Override
    public synchronized void close() {
        var all = new HashMap<>(sealed);
        sealed.clear();
        all.forEach((program, one) -> {
            one.before().ifPresent(Fd::close);
            one.copy().ifPresent(copy -> {
                copy.close();
                remove(program, one.link());
            });
        });
    }

    private static void remove(Path program, Path link) {
        try {
            Files.deleteIfExists(link);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the link to the copy of " + program + " stays: " + link, e);
        }
    }
}
