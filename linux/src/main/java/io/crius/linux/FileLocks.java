package io.crius.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Record locks on whole files. Kernel: fcntl_locking(2). Thread-safe. */
public interface FileLocks {
    enum LockMode {
        SHARED,
        EXCLUSIVE
    }

    enum LockKind {
        /** Belongs to this opening of the file: excludes other threads too, and goes only when it is let go. */
        OFD,
        /**
         * Belongs to the process: goes as soon as the process closes any descriptor of the file. So within the process a shared
         * one excludes others, too.
         */
        POSIX
    }

    /**
     * Opens the file, making it with mode 0644 where there is none, and waits for the lock. The two kinds exclude each
     * other. On a file system that cannot be written a shared lock is possible.
     *
     * <p>Blocks: as long as another holds it, but not longer than {@code atMost}; then it is empty. The caller is parked. Threads of
     * this process get it in the order they came; other processes are asked again and again, at most 20 ms apart.
     *
     * @throws java.io.InterruptedIOException when interrupted; the interrupt status is then set and nothing is held
     */
    Optional<Held> lock(Path file, LockMode mode, LockKind kind, Duration atMost) throws IOException;

    /** As above, but does not wait: empty where another holds it. */
    Optional<Held> tryLock(Path file, LockMode mode, LockKind kind) throws IOException;

    /** The process that keeps others from writing under this lock, where one does by a POSIX lock: of others the kernel tells none. */
    OptionalLong holder(Path file) throws IOException;

    /** A lock that is held; closing lets it go. */
    final class Held implements AutoCloseable {
        private final Fd fd;
        private final Runnable released;

        Held(Fd fd, Runnable released) {
            this.fd = fd;
            this.released = released;
        }

        /** The locked file, open for as long as it is locked; for writing too, where that was possible. */
        public Fd fd() {
            return fd;
        }

        @Override
        public void close() {
            fd.close();
            released.run();
        }
    }
}
