package io.crius.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** {@link FileLocks} by fcntl. Thread-safe. */
final class KernelFileLocks implements FileLocks {
    private static final int SETLK = 6;
    private static final int SETLKW = 7;
    private static final int OFD_SETLK = 37;
    private static final int OFD_SETLKW = 38;
    private static final short RDLCK = 0;
    private static final short WRLCK = 1;
    /** struct flock of 64-bit architectures: type, whence, start, length (0: to the end), process. */
    private static final int FLOCK_SIZE = 32;

    private final NativeThreads threads;
    private final Descriptors descriptors;

    KernelFileLocks(NativeThreads threads, Descriptors descriptors) {
        this.threads = threads;
        this.descriptors = descriptors;
    }

    @Override
    public Held lock(Path file, LockMode mode, LockKind kind) throws IOException {
        Optional<Held> free = tryLock(file, mode, kind);
        if (free.isPresent()) {
            return free.get();
        }
        return threads.callElsewhere(() -> lockNow(file, mode, kind), Held::close);
    }

    private Held lockNow(Path file, LockMode mode, LockKind kind) throws ErrnoException {
        Fd fd = open(file);
        long result = fcntl(fd, kind == LockKind.OFD ? OFD_SETLKW : SETLKW, mode);
        if (result < 0) {
            fd.close();
        }
        Sys.check(result, "fcntl(" + file + ", lock)");
        return new Held(fd);
    }

    @Override
    public Optional<Held> tryLock(Path file, LockMode mode, LockKind kind) throws IOException {
        Fd fd = open(file);
        long result = fcntl(fd, kind == LockKind.OFD ? OFD_SETLK : SETLK, mode);
        if (result >= 0) {
            return Optional.of(new Held(fd));
        }
        fd.close();
        if (result == -Errno.EAGAIN.number() || result == -Errno.EACCES.number()) {
            return Optional.empty();
        }
        throw new ErrnoException("fcntl(" + file + ", lock)", (int) -result);
    }

    private Fd open(Path file) throws ErrnoException {
        return descriptors.open(file, Set.of(OpenFlag.RDWR, OpenFlag.CREAT, OpenFlag.NOFOLLOW), 0644);
    }

    private static long fcntl(Fd fd, int command, LockMode mode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment flock = arena.allocate(FLOCK_SIZE, Long.BYTES);
            flock.set(ValueLayout.JAVA_SHORT, 0, mode == LockMode.SHARED ? RDLCK : WRLCK);
            return Sys.call(Nr.FCNTL, fd.number(), command, flock.address());
        }
    }
}
