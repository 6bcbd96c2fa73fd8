package io.crius.storage.disk;

import io.crius.linux.ErrnoException;
import io.crius.linux.FileLocks;
import io.crius.linux.FileLocks.LockKind;
import io.crius.linux.FileLocks.LockMode;
import io.crius.linux.Linux;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * Temporary folders that outlive nobody: beside {@code temp-dir-X} lies {@code lock-X}, which its owner holds locked.
 * Whoever finds a lock file that he can lock removes what a dead process left. Thread-safe.
 *
 * <p>Compat: containers/storage from 1.59 on knows such folders and cleans up after us, as we do after it.
 */
public final class TempDirs {
    private static final String LOCK = "lock-";
    private static final String FOLDER = "temp-dir-";

    private static final int ATTEMPTS = 100;

    private final Path root;
    private final Linux linux;

    /** Below this root, which is made when it is needed. */
    public TempDirs(Path root, Linux linux) {
        this.root = root;
        this.linux = linux;
    }

    /** A new one, empty. */
    public TempDir create() throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                Optional<TempDir> created = attempt();
                if (created.isPresent()) {
                    return created.get();
                }
            } catch (IOException e) {
                // The root may have been removed under us, since it goes with its last folder.
                if (attempt == ATTEMPTS || !ErrnoException.isMissing(e)) {
                    throw e;
                }
            }
        }
    }

    /** Empty where somebody's recovery came between making and locking the file. */
    private Optional<TempDir> attempt() throws IOException {
        makePrivate(root);
        String instance = RandomName.hex();
        Path lockFile = root.resolve(LOCK + instance);
        Optional<FileLocks.Held> held = linux.locks().tryLock(lockFile, LockMode.EXCLUSIVE, LockKind.OFD);
        if (held.isEmpty()) {
            return Optional.empty();
        }
        var dir = new TempDir(root, root.resolve(FOLDER + instance), lockFile, held.get(), linux.mounts());
        try {
            makePrivate(dir.folder());
            if (Files.exists(lockFile)) {
                return Optional.of(dir);
            }
        } catch (IOException | RuntimeException e) {
            dir.close();
            throw e;
        }
        dir.close();
        return Optional.empty();
    }

    /** Removes what dead owners left. */
    public void recover() throws IOException {
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(root, LOCK + "*")) {
            for (Path lockFile : locks) {
                recover(lockFile);
            }
        } catch (NoSuchFileException _) {
            // never used
        }
        removeIfEmpty(root);
    }

    /**
     * Compat: containers/storage before 1.45, when it restores lost short names, stumbles over any folder of the driver that
     * is not a layer's. So the root is there only while it is needed.
     */
    static void removeIfEmpty(Path root) throws IOException {
        try {
            Files.deleteIfExists(root);
        } catch (DirectoryNotEmptyException _) {
            // in use
        }
    }

    private void recover(Path lockFile) throws IOException {
        Optional<FileLocks.Held> held = linux.locks().tryLock(lockFile, LockMode.EXCLUSIVE, LockKind.OFD);
        if (held.isEmpty()) {
            return;
        }
        try (FileLocks.Held _ = held.get()) {
            String name = lockFile.getFileName().toString();
            TreeRemoval.removeUnmounted(root.resolve(FOLDER + name.substring(LOCK.length())), linux.mounts());
            Files.deleteIfExists(lockFile);
        }
    }

    private static void makePrivate(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }
}
