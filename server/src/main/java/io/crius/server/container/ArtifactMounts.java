package io.crius.server.container;

import io.crius.image.artifact.Artifact;
import io.crius.linux.Depth;
import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.MountFlag;
import io.crius.linux.Mounts;
import io.crius.linux.Propagation;
import io.crius.linux.UnmountFlag;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Shows the files of artifacts under the names that they have there: a small file system in memory has the folders, and a bind
 * mount for each file. Everything is read-only, and nothing runs from it. Thread-safe for different places.
 *
 * <p>It is made at a place beside the real one and shown there in one step, so that a mount is whole wherever it is found.
 */
final class ArtifactMounts {
    private static final Set<MountFlag> HARMLESS = EnumSet.of(MountFlag.NOSUID, MountFlag.NODEV, MountFlag.NOEXEC);

    /** A second together. */
    private static final int ATTEMPTS = 100;

    private static final Duration PAUSE = Duration.ofMillis(10);

    private final Mounts mounts;

    ArtifactMounts(Mounts mounts) {
        this.mounts = mounts;
    }

    /** The place beside. */
    static Path unfinished(Path point) {
        return point.resolveSibling(point.getFileName() + ".unfinished");
    }

    /** {@code point} is an empty folder. After a failure nothing is mounted. */
    void show(Artifact artifact, Path point) throws IOException {
        Path making = unfinished(point);
        remove(making);
        Files.createDirectories(making);
        try {
            mounts.mount("tmpfs", making, "tmpfs", HARMLESS, "mode=0755,size=1m");
            // Kernel: a copy of a shared mount would lose its files with this one.
            mounts.propagation(making, Propagation.PRIVATE, Depth.SINGLE);
            for (Artifact.File file : artifact.files()) {
                show(file, making);
            }
            makeReadOnly(making);
            mounts.bind(making, point, Depth.RECURSIVE);
        } finally {
            remove(making);
        }
    }

    private void show(Artifact.File file, Path folder) throws IOException {
        Path target = folder.resolve(file.name());
        Files.createDirectories(Optional.ofNullable(target.getParent()).orElse(folder));
        Files.createFile(target);
        mounts.bind(file.path(), target, Depth.SINGLE);
        mounts.mount("", target, "", readOnly(), "");
    }

    /**
     * Kernel: a mount on which a file is open for writing does not become read-only (EBUSY). The files made here are closed, but
     * a process that was forked meanwhile has them until it executes its program.
     */
    private void makeReadOnly(Path making) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                mounts.mount("", making, "", readOnly(), "");
                return;
            } catch (ErrnoException e) {
                if (e.errno() != Errno.EBUSY || attempt == ATTEMPTS) {
                    throw e;
                }
                pause();
            }
        }
    }

    private static void pause() throws InterruptedIOException {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a mount was made read-only");
        }
    }

    private static Set<MountFlag> readOnly() {
        Set<MountFlag> flags = EnumSet.of(MountFlag.REMOUNT, MountFlag.BIND, MountFlag.RDONLY);
        flags.addAll(HARMLESS);
        return flags;
    }

    /** Takes away whatever is left there; idempotent. */
    void remove(Path making) throws IOException {
        while (mounts.isMountPoint(making)) {
            mounts.unmount(making, EnumSet.of(UnmountFlag.DETACH, UnmountFlag.NOFOLLOW));
        }
        Files.deleteIfExists(making);
    }
}
