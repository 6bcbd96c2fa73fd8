package io.crius.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Locks on whole files, kept against other processes and against other threads of this one. Thread-safe.
 *
 * <p>Kernel: fcntl(2). Both kinds conflict with each other and with those of other programs.
 */
public interface FileLocks {
    enum LockMode {
        /** Many may hold it, while nobody holds an exclusive one. */
        SHARED,
        EXCLUSIVE
    }

    enum LockKind {
        /** Belongs to the open file; prefer it. */
        OFD,
        /**
         * Belongs to the process: lost when this process closes <em>any</em> descriptor of the file. Within the process a
         * shared one excludes others too, as there can be one only.
         */
        POSIX
    }

    /** A lock that is held; closing releases it. */
    interface Held extends AutoCloseable {
        /**
         * The open lock file, to read and write what it holds; read-only where it could not be opened else. Belongs to this
         * object.
         */
        Fd fd();

        @Override
        void close();
    }

    /**
     * Locks the file, which is made (0644) where it is missing. A file system or file that is read-only can be locked
     * {@link LockMode#SHARED} only.
     *
     * <p>Blocks: the caller's thread is parked, without limit. Threads of this process get it in the order they came; other
     * processes are asked again and again, at most 20 ms apart.
     *
     * @throws InterruptedException when interrupted before the lock was got; it is not held then
     */
    Held lock(Path file, LockMode mode, LockKind kind) throws IOException, InterruptedException;

    /** As above without waiting; empty where somebody holds it. */
    Optional<Held> tryLock(Path file, LockMode mode, LockKind kind) throws IOException;
}
