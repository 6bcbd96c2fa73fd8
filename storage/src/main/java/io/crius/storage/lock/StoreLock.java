package io.crius.storage.lock;

import io.crius.linux.Descriptors;
import io.crius.linux.FileLocks;
import io.crius.linux.FileLocks.LockKind;
import io.crius.linux.FileLocks.LockMode;
import io.crius.linux.Linux;
import io.crius.model.Timeline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One lock file, held for writing by one piece of work of one process on the machine at a time. Thread-safe, not reentrant.
 *
 * <p>Compat: the other tools use POSIX record locks. Ours belong to the open file (OFD), which conflict with those, but are
 * not lost when some other descriptor of the file is closed in this process.
 */
public final class StoreLock {
    private final Path file;
    private final Linux linux;
    private final AtomicLong counter = new AtomicLong();
    // Threads of this process queue here, so that at most one of them waits in the kernel. No lock of a thread: who
    // takes it may
    // hand it to another one.
    private final Semaphore local = new Semaphore(1, true);

    public StoreLock(Path file, Linux linux) {
        this.file = file;
        this.linux = linux;
    }

    /**
     * Waits until the lock is ours. Blocks: as long as others hold it, other processes included.
     *
     * @throws InterruptedIOException the thread was interrupted meanwhile; nothing is held, the flag is set again
     */
    public Held acquire() throws IOException {
        try (Timeline.Step _ = Timeline.step("store lock " + file)) {
            return take();
        }
    }

    private Held take() throws IOException {
        try {
            local.acquire();
        } catch (InterruptedException _) {
            throw interrupted();
        }
        try {
            return new Held(linux.locks().lock(file, LockMode.EXCLUSIVE, LockKind.OFD));
        } catch (IOException | RuntimeException e) {
            local.release();
            throw e;
        }
    }

    private InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while waiting for " + file);
    }

    /** The lock while it is held; for one thread at a time, and to be closed once. */
    public final class Held implements AutoCloseable {
        private final FileLocks.Held held;

        private Held(FileLocks.Held held) {
            this.held = held;
        }

        /** What the last writer left. */
        public Token token() throws IOException {
            byte[] bytes = new byte[Token.SIZE];
            int size = descriptors().pread(held.fd(), bytes, 0);
            return new Token(Arrays.copyOf(bytes, size));
        }

        /** Tells everybody that what the lock protects is about to change; before the change, so that no crash hides it. */
        public Token renew() throws IOException {
            Token token = Token.fresh(Instant.now(), counter.incrementAndGet());
            descriptors().pwrite(held.fd(), token.bytes(), 0);
            return token;
        }

        @Override
        public void close() {
            try {
                held.close();
            } finally {
                local.release();
            }
        }

        private Descriptors descriptors() {
            return linux.descriptors();
        }
    }
}
