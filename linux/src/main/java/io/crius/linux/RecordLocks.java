package io.crius.linux;

import io.crius.linux.abi.Nr;
import io.crius.linux.abi.Structs.Flock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * {@link FileLocks} by record locks on whole files. First the thread gets its turn within the process, then the process the
 * lock: so waiting threads are parked in order, and only other processes' locks are asked for again and again. Thread-safe.
 */
final class RecordLocks implements FileLocks {
    private static final int F_SETLK = 6;
    private static final int F_OFD_GETLK = 36;
    private static final int F_OFD_SETLK = 37;
    private static final short F_RDLCK = 0;
    private static final short F_WRLCK = 1;
    private static final short F_UNLCK = 2;
    private static final int MODE = 0644;
    private static final long FIRST_PAUSE_MICROS = 200;
    private static final long LAST_PAUSE_MICROS = 20_000;

    private final Descriptors descriptors;
    private final FileTurns turns = new FileTurns();

    RecordLocks(Descriptors descriptors) {
        this.descriptors = descriptors;
    }

    @Override
    public Optional<Held> lock(Path file, LockMode mode, LockKind kind, Duration atMost) throws IOException {
        long end = System.nanoTime() + atMost.toNanos();
        try {
            Optional<FileTurns.Turn> turn = turns.take(file, share(mode, kind), atMost);
            if (turn.isEmpty()) {
                return Optional.empty();
            }
            Optional<Held> held = Optional.empty();
            try {
                held = waitFor(file, mode, kind, end).map(fd -> new Held(fd, turn.get()::close));
            } finally {
                if (held.isEmpty()) {
                    turn.get().close();
                }
            }
            return held;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException("interrupted while waiting for the lock " + file);
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private Optional<Fd> waitFor(Path file, LockMode mode, LockKind kind, long end)
            throws IOException, InterruptedException {
        Fd fd = open(file, mode);
        boolean got = false;
        try {
            long pause = FIRST_PAUSE_MICROS;
            got = set(fd, file, mode, kind);
            while (!got && System.nanoTime() - end < 0) {
                TimeUnit.MICROSECONDS.sleep(pause);
                pause = Math.min(2 * pause, LAST_PAUSE_MICROS);
                got = set(fd, file, mode, kind);
            }
        } finally {
            if (!got) {
                fd.close();
            }
        }
        return got ? Optional.of(fd) : Optional.empty();
    }

    @Override
    public OptionalLong holder(Path file) throws IOException {
        try (Fd fd = descriptors.open(file, Set.of(OpenFlag.RDONLY, OpenFlag.NOFOLLOW), 0);
                Scratch scratch = Scratch.take()) {
            MemorySegment lock = scratch.struct(Flock.SIZE);
            lock.set(ValueLayout.JAVA_SHORT, Flock.TYPE, F_WRLCK);
            Sys.check(scratch.call(Nr.FCNTL, fd.number(), F_OFD_GETLK, lock.address()), "fcntl", file);
            int pid = lock.get(ValueLayout.JAVA_INT, Flock.PID);
            boolean told = lock.get(ValueLayout.JAVA_SHORT, Flock.TYPE) != F_UNLCK && pid > 0;
            return told ? OptionalLong.of(pid) : OptionalLong.empty();
        }
    }

    @Override
    public Optional<Held> tryLock(Path file, LockMode mode, LockKind kind) throws IOException {
        Optional<FileTurns.Turn> turn = turns.tryTake(file, share(mode, kind));
        if (turn.isEmpty()) {
            return Optional.empty();
        }
        Optional<Held> held = Optional.empty();
        try {
            Fd fd = open(file, mode);
            try {
                if (set(fd, file, mode, kind)) {
                    held = Optional.of(new Held(fd, turn.get()::close));
                }
            } finally {
                if (held.isEmpty()) {
                    fd.close();
                }
            }
        } finally {
            if (held.isEmpty()) {
                turn.get().close();
            }
        }
        return held;
    }

    private static FileTurns.Share share(LockMode mode, LockKind kind) {
        return mode == LockMode.SHARED && kind == LockKind.OFD ? FileTurns.Share.WITH_OTHERS : FileTurns.Share.ALONE;
    }

    private Fd open(Path file, LockMode mode) throws ErrnoException {
        try {
            return descriptors.open(file, Set.of(OpenFlag.RDWR, OpenFlag.CREAT, OpenFlag.NOFOLLOW), MODE);
        } catch (ErrnoException e) {
            boolean readOnly = e.errno() == Errno.EROFS || e.errno() == Errno.EACCES;
            if (mode == LockMode.SHARED && readOnly) {
                return descriptors.open(file, Set.of(OpenFlag.RDONLY, OpenFlag.NOFOLLOW), 0);
            }
            throw e;
        }
    }

    /** Whether the lock was got; also changes one that is held. */
    private static boolean set(Fd fd, Path file, LockMode mode, LockKind kind) throws ErrnoException {
        int command = kind == LockKind.OFD ? F_OFD_SETLK : F_SETLK;
        try (Scratch scratch = Scratch.take()) {
            MemorySegment lock = scratch.struct(Flock.SIZE);
            lock.set(ValueLayout.JAVA_SHORT, Flock.TYPE, mode == LockMode.SHARED ? F_RDLCK : F_WRLCK);
            long result = scratch.call(Nr.FCNTL, fd.number(), command, lock.address());
            if (result == -Errno.EAGAIN.number() || result == -Errno.EACCES.number()) {
                return false;
            }
            Sys.check(result, "fcntl", file, mode, kind);
            return true;
        }
    }
}
