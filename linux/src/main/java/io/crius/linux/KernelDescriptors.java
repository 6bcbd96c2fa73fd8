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
            MemorySegment memory = arena.allocate(Math.max(1, length));
            MemorySegment.copy(buffer, offset, memory, ValueLayout.JAVA_BYTE, 0, length);
            return (int) Sys.check(Sys.call(Nr.WRITE, fd.number(), memory.address(), length), "write(" + fd + ")");
        }
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
