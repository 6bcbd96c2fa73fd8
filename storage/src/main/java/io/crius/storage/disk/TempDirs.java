package io.crius.storage.disk;

import io.crius.linux.FileLocks;
import io.crius.linux.FileLocks.LockKind;
import io.crius.linux.FileLocks.LockMode;
import io.crius.linux.Linux;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.UUID;

/**
 * Temporary folders that outlive nobody: beside {@code temp-dir-X} lies {@code lock-X}, which its owner holds locked.
 * Whoever finds a lock file that he can lock removes what a dead process left. Thread-safe.
 *
 * <p>Compat: containers/storage from 1.59 on knows such folders and cleans up after us, as we do after it.
 */
public final class TempDirs {
    private static final String LOCK = "lock-";
    private static final String FOLDER = "temp-dir-";

    private final Path root;
    private final Linux linux;

    /** Below this root, which is made when it is needed. */
    public TempDirs(Path root, Linux linux) {
        this.root = root;
        this.linux = linux;
    }

    /** A new one, empty. */
    public TempDir create() throws IOException {
        makePrivate(root);
        while (true) {
            String instance = UUID.randomUUID().toString().replace("-", "");
            Path lockFile = root.resolve(LOCK + instance);
            Optional<FileLocks.Held> held = linux.locks().tryLock(lockFile, LockMode.EXCLUSIVE, LockKind.OFD);
            if (held.isEmpty()) {
                continue;
            }
            Path folder = root.resolve(FOLDER + instance);
            makePrivate(folder);
            if (Files.exists(lockFile)) {
                return new TempDir(folder, lockFile, held.get());
            }
            // Somebody's recovery came between making and locking the file.
            TreeRemoval.remove(folder);
            held.get().close();
        }
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
    }

    private void recover(Path lockFile) throws IOException {
        Optional<FileLocks.Held> held = linux.locks().tryLock(lockFile, LockMode.EXCLUSIVE, LockKind.OFD);
        if (held.isEmpty()) {
            return;
        }
        try (FileLocks.Held _ = held.get()) {
            String name = lockFile.getFileName().toString();
            TreeRemoval.remove(root.resolve(FOLDER + name.substring(LOCK.length())));
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
