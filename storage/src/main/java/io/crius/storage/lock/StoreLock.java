package io.crius.storage.lock;

import static java.lang.System.Logger.Level.DEBUG;

import io.crius.linux.Descriptors;
import io.crius.linux.FileLocks;
import io.crius.linux.FileLocks.LockKind;
import io.crius.linux.FileLocks.LockMode;
import io.crius.linux.Linux;
import io.crius.model.Timeline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One lock file, held for writing by one piece of work of one process on the machine at a time. Thread-safe, not reentrant.
 *
 * <p>Compat: the other tools use POSIX record locks. Ours belong to the open file (OFD), which conflict with those, but are
 * not lost when some other descriptor of the file is closed in this process.
 */
public final class StoreLock {
    private static final System.Logger LOG = System.getLogger(StoreLock.class.getName());

    /** Longer than anything that other tools do under a lock; who holds it for longer hangs. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Path file;
    private final Linux linux;
    private final AtomicLong counter = new AtomicLong();
    // Threads of this process queue here, so that at most one of them waits in the kernel. No lock of a thread: who
    // takes it may
    // hand it to another one.
    private final Semaphore local = new Semaphore(1, true);

    private final Duration patience;

    public StoreLock(Path file, Linux linux) {
        this(file, linux, PATIENCE);
    }

    StoreLock(Path file, Linux linux, Duration patience) {
        this.file = file;
        this.linux = linux;
        this.patience = patience;
    }

    /**
     * Waits until the lock is ours. Blocks: as long as others hold it, other processes included, but not longer than ten minutes.
     *
     * @throws InterruptedIOException the thread was interrupted meanwhile; nothing is held, the flag is set again
     * @throws IOException others held it for all that time; the message names the process where the kernel tells it
     */
    public Held acquire() throws IOException {
        try (Timeline.Step step = Timeline.step("store lock " + file)) {
            return take(step);
        }
    }

    private Held take(Timeline.Step step) throws IOException {
        long end = System.nanoTime() + patience.toNanos();
        try {
            if (!local.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw held("other work of this daemon");
            }
        } catch (InterruptedException _) {
            throw interrupted();
        }
        boolean taken = false;
        try {
            var lock = new Held(lock(step, end));
            taken = true;
            return lock;
        } finally {
            if (!taken) {
                local.release();
            }
        }
    }

    /** Who is waited for is seen in the step. */
    private FileLocks.Held lock(Timeline.Step step, long end) throws IOException {
        FileLocks locks = linux.locks();
        Optional<FileLocks.Held> held = locks.tryLock(file, LockMode.EXCLUSIVE, LockKind.OFD);
        if (held.isEmpty()) {
            holder(locks).ifPresent(step::process);
            Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            held = locks.lock(file, LockMode.EXCLUSIVE, LockKind.OFD, left);
        }
        if (held.isEmpty()) {
            OptionalLong holder = holder(locks);
            throw held(
                    holder.isPresent()
                            ? "process " + holder.getAsLong() + name(holder.getAsLong())
                            : "another process");
        }
        return held.get();
    }

    /** Who has it, for people; empty where that cannot be told, for which nothing fails. */
    private OptionalLong holder(FileLocks locks) {
        try {
            return locks.holder(file);
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "who holds the lock " + file + " cannot be told: " + e.getMessage());
            return OptionalLong.empty();
        }
    }

    private IOException held(String holder) {
        return new IOException("the lock " + file + " of the store was held by " + holder + " for "
                + patience.toSeconds() + " s; it has to end or to let the lock go before the store can be changed");
    }

    private static String name(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().command())
                .map(command -> " (" + command + ")")
                .orElse("");
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
