package io.crius.storage.disk;

import io.crius.linux.FileLocks;
import io.crius.linux.Mounts;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** One temporary folder, ours until it is closed, which removes it. One thread at a time. */
public final class TempDir implements AutoCloseable {
    private static final Logger LOG = System.getLogger(TempDir.class.getName());

    private static final int ATTEMPTS = 50;

    private final Path root;
    private final Path folder;
    private final Path lockFile;
    private final FileLocks.Held held;
    private final Mounts mounts;
    private int children;
    private boolean closed;

    TempDir(Path root, Path folder, Path lockFile, FileLocks.Held held, Mounts mounts) {
        this.mounts = mounts;
        this.root = root;
        this.folder = folder;
        this.lockFile = lockFile;
        this.held = held;
    }

    Path folder() {
        return folder;
    }

    /** A path in it that nothing has yet. */
    public Path child(String name) {
        return folder.resolve(children++ + "-" + name);
    }

    /** Moves a file or tree here, to be removed with the folder; one that does not exist is no error. */
    public void take(Path victim) throws IOException {
        Path target = child(String.valueOf(victim.getFileName()));
        for (int attempt = 1; ; attempt++) {
            try {
                Files.move(victim, target, StandardCopyOption.ATOMIC_MOVE);
                return;
            } catch (NoSuchFileException _) {
                return;
            } catch (AtomicMoveNotSupportedException e) {
                // Kernel: EXDEV, for another tool has mounted or unmounted the folder between the look-ups of the two
                // paths.
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Removes it. What cannot be removed is logged, and removed by the next recovery that can. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (held) {
            TreeRemoval.removeUnmounted(folder, mounts);
            Files.deleteIfExists(lockFile);
            TempDirs.removeIfEmpty(root);
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "remove temporary folder " + folder + " of the store: " + e.getMessage()
                            + " (it is tried again when the store is next opened)",
                    e);
        }
    }
}
