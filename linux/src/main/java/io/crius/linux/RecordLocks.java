package io.crius.linux;

import io.crius.linux.abi.Nr;
import io.crius.linux.abi.Structs.Flock;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * {@link FileLocks} by record locks on whole files. First the thread gets its turn within the process, then the process the
 * lock: so waiting threads are parked in order, and only other processes' locks are asked for again and again. Thread-safe.
 */
final class RecordLocks implements FileLocks {
    private static final int F_SETLK = 6;
    private static final int F_OFD_SETLK = 37;
    private static final short F_RDLCK = 0;
    private static final short F_WRLCK = 1;
    private static final int MODE = 0644;
    private static final long FIRST_PAUSE_MICROS = 200;
    private static final long LAST_PAUSE_MICROS = 20_000;

    private final Descriptors descriptors;
    private final FileTurns turns = new FileTurns();

    RecordLocks(Descriptors descriptors) {
        this.descriptors = descriptors;
    }

    private record Lock(Fd fd, FileTurns.Turn turn, AtomicBoolean closed) implements Held {
        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                fd.close();
                turn.close();
            }
        }
    }

    @Override
    public Held lock(Path file, LockMode mode, LockKind kind) throws IOException, InterruptedException {
        FileTurns.Turn turn = turns.take(file, share(mode, kind));
        try {
            Fd fd = open(file, mode);
            try {
                long pause = FIRST_PAUSE_MICROS;
                while (!set(fd, file, mode, kind)) {
                    TimeUnit.MICROSECONDS.sleep(pause);
                    pause = Math.min(2 * pause, LAST_PAUSE_MICROS);
                }
                return new Lock(fd, turn, new AtomicBoolean());
            } catch (Throwable e) {
                fd.close();
                throw e;
            }
        } catch (Throwable e) {
            turn.close();
            throw e;
        }
    }

    @Override
    public Optional<Held> tryLock(Path file, LockMode mode, LockKind kind) throws IOException {
        Optional<FileTurns.Turn> turn = turns.tryTake(file, share(mode, kind));
        if (turn.isEmpty()) {
            return Optional.empty();
        }
        boolean held = false;
        try {
            Fd fd = open(file, mode);
            try {
                held = set(fd, file, mode, kind);
                return held ? Optional.of(new Lock(fd, turn.get(), new AtomicBoolean())) : Optional.empty();
            } finally {
                if (!held) {
                    fd.close();
                }
            }
        } finally {
            if (!held) {
                turn.get().close();
            }
        }
    }

    private static FileTurns.Share share(LockMode mode, LockKind kind) {
        return mode == LockMode.SHARED && kind == LockKind.OFD ? FileTurns.Share.WITH_OTHERS : FileTurns.Share.ALONE;
    }

    private Fd open(Path file, LockMode mode) throws ErrnoException {
        try {
            return descriptors.open(file, Set.of(OpenFlag.RDWR, OpenFlag.CREAT), MODE);
        } catch (ErrnoException e) {
            boolean readOnly = e.errno() == Errno.EROFS || e.errno() == Errno.EACCES;
            if (mode == LockMode.SHARED && readOnly) {
                return descriptors.open(file, Set.of(OpenFlag.RDONLY), 0);
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
