package io.crius.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@link Descriptors} by system calls. Thread-safe. */
final class KernelDescriptors implements Descriptors {
    private static final int AT_FDCWD = -100;
    private static final int CLOEXEC = 02000000;
    private static final int POLLFD_SIZE = 8;
    private static final int POLLFD_EVENTS = 4;
    private static final int POLLFD_REVENTS = 6;
    private static final short POLLIN = 1;
    private static final int SIGSET_SIZE = 8;
    private static final long RESOLVE_IN_ROOT = 0x10;

    private final NativeThreads threads;

    KernelDescriptors(NativeThreads threads) {
        this.threads = threads;
    }

    @Override
    public Pipe pipe() throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(ValueLayout.JAVA_INT, 2);
            Sys.check(Sys.call(Nr.PIPE2, ends.address(), CLOEXEC), "pipe2");
            return new Pipe(
                    new Fd(ends.getAtIndex(ValueLayout.JAVA_INT, 0)), new Fd(ends.getAtIndex(ValueLayout.JAVA_INT, 1)));
        }
    }

    @Override
    public Fd open(Path path, Set<OpenFlag> flags, int mode) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            long result = Sys.call(Nr.OPENAT, AT_FDCWD, Sys.string(arena, path), OpenFlag.bits(flags), mode);
            return new Fd((int) Sys.check(result, "open(" + path + ")"));
        }
    }

    @Override
    public Fd openBeneath(Fd folder, String path, Set<OpenFlag> flags, int mode) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment how = arena.allocate(ValueLayout.JAVA_LONG, 3);
            how.setAtIndex(ValueLayout.JAVA_LONG, 0, OpenFlag.bits(flags));
            how.setAtIndex(ValueLayout.JAVA_LONG, 1, flags.contains(OpenFlag.CREAT) ? mode : 0);
            how.setAtIndex(ValueLayout.JAVA_LONG, 2, RESOLVE_IN_ROOT);
            long result = Sys.call(Nr.OPENAT2, folder.number(), Sys.string(arena, path), how.address(), how.byteSize());
            return new Fd((int) Sys.check(result, "openat2(" + path + ")"));
        }
    }

    @Override
    public int read(Fd fd, byte[] buffer, int offset, int length) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(Math.max(1, length));
            int count = (int) Sys.check(Sys.call(Nr.READ, fd.number(), memory.address(), length), "read(" + fd + ")");
            MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, buffer, offset, count);
            return count;
        }
    }

    @Override
    public int write(Fd fd, byte[] buffer, int offset, int length) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            long memory = copied(arena, buffer, offset, length);
            return (int) Sys.check(Sys.call(Nr.WRITE, fd.number(), memory, length), "write(" + fd + ")");
        }
    }

    @Override
    public void writeFully(Fd fd, byte[] buffer, int offset, int length) throws ErrnoException {
        int written = 0;
        while (written < length) {
            written += write(fd, buffer, offset + written, length - written);
        }
    }

    @Override
    public int pread(Fd fd, byte[] buffer, long position) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(Math.max(1, buffer.length));
            long result = Sys.call(Nr.PREAD, fd.number(), memory.address(), buffer.length, position);
            int count = (int) Sys.check(result, "pread(" + fd + ")");
            MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, buffer, 0, count);
            return count;
        }
    }

    @Override
    public void pwrite(Fd fd, byte[] buffer, long position) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            long memory = copied(arena, buffer, 0, buffer.length);
            long written = 0;
            while (written < buffer.length) {
                long result =
                        Sys.call(Nr.PWRITE, fd.number(), memory + written, buffer.length - written, position + written);
                written += Sys.check(result, "pwrite(" + fd + ")");
            }
        }
    }

    private static long copied(Arena arena, byte[] buffer, int offset, int length) {
        MemorySegment part = MemorySegment.ofArray(buffer).asSlice(offset, length);
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, part, ValueLayout.JAVA_BYTE, 0, length)
                .address();
    }

    @Override
    public void fsync(Fd fd) throws IOException {
        threads.call(() -> Sys.check(Sys.call(Nr.FSYNC, fd.number()), "fsync(" + fd + ")"));
    }

    @Override
    public void fdatasync(Fd fd) throws IOException {
        threads.call(() -> Sys.check(Sys.call(Nr.FDATASYNC, fd.number()), "fdatasync(" + fd + ")"));
    }

    @Override
    public void syncFilesystem(Fd fd) throws IOException {
        threads.call(() -> Sys.check(Sys.call(Nr.SYNCFS, fd.number()), "syncfs(" + fd + ")"));
    }

    @Override
    public List<Fd> poll(List<Fd> descriptors, Duration limit) throws IOException {
        return limit.isZero() ? pollNow(descriptors, limit) : threads.call(() -> pollNow(descriptors, limit));
    }

    private static List<Fd> pollNow(List<Fd> descriptors, Duration limit) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment fds = arena.allocate((long) POLLFD_SIZE * Math.max(1, descriptors.size()), Integer.BYTES);
            for (int i = 0; i < descriptors.size(); i++) {
                long at = (long) POLLFD_SIZE * i;
                fds.set(ValueLayout.JAVA_INT, at, descriptors.get(i).number());
                fds.set(ValueLayout.JAVA_SHORT, at + POLLFD_EVENTS, POLLIN);
            }
            MemorySegment time = arena.allocate(ValueLayout.JAVA_LONG, 2);
            time.setAtIndex(ValueLayout.JAVA_LONG, 0, limit.toSeconds());
            time.setAtIndex(ValueLayout.JAVA_LONG, 1, limit.toNanosPart());
            Sys.check(Sys.call(Nr.PPOLL, fds.address(), descriptors.size(), time.address(), 0, SIGSET_SIZE), "ppoll");
            return ready(descriptors, fds);
        }
    }

    private static List<Fd> ready(List<Fd> descriptors, MemorySegment fds) {
        var ready = new ArrayList<Fd>();
        for (int i = 0; i < descriptors.size(); i++) {
            if (fds.get(ValueLayout.JAVA_SHORT, (long) POLLFD_SIZE * i + POLLFD_REVENTS) != 0) {
                ready.add(descriptors.get(i));
            }
        }
        return ready;
    }
}
