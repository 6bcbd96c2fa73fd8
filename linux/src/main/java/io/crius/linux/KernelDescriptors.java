package io.crius.linux;

import io.crius.linux.abi.Nr;
import io.crius.linux.abi.Structs;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** {@link Descriptors} by system calls. Thread-safe. */
final class KernelDescriptors implements Descriptors {
    /** Kernel: linux/fs.h. */
    private static final long SYNC_FILE_RANGE_WRITE = 2;

    private static final int AT_FDCWD = -100;
    private static final int CLOEXEC = 02000000;
    private static final int DUPFD_CLOEXEC = 1030;
    private static final int GETFL = 3;
    private static final int SETFL = 4;
    private static final int NONBLOCK = 04000;
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final long COPY_AT_ONCE = 1L << 30;
    private static final Set<Errno> CANNOT_COPY =
            Set.of(Errno.EXDEV, Errno.EINVAL, Errno.ENOSYS, Errno.EOPNOTSUPP, Errno.EPERM);

    private final NativeThreads threads;
    private final DescriptorPoll poll;
    private final UnixDatagram datagram = new UnixDatagram();

    KernelDescriptors(NativeThreads threads, Readiness readiness) {
        this.threads = threads;
        this.poll = new DescriptorPoll(readiness);
    }

    @Override
    public Pipe pipe() throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            MemorySegment ends = scratch.struct(2L * Integer.BYTES);
            Sys.check(scratch.call(Nr.PIPE2, ends.address(), CLOEXEC), "pipe2");
            return new Pipe(
                    new Fd(ends.getAtIndex(ValueLayout.JAVA_INT, 0)), new Fd(ends.getAtIndex(ValueLayout.JAVA_INT, 1)));
        }
    }

    @Override
    public SocketPair socketPair() throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            MemorySegment ends = scratch.struct(2L * Integer.BYTES);
            long result = scratch.call(Nr.SOCKETPAIR, AF_UNIX, SOCK_STREAM | CLOEXEC, 0, ends.address());
            Sys.check(result, "socketpair");
            return new SocketPair(
                    new Fd(ends.getAtIndex(ValueLayout.JAVA_INT, 0)), new Fd(ends.getAtIndex(ValueLayout.JAVA_INT, 1)));
        }
    }

    @Override
    public Fd open(Path path, Set<OpenFlag> flags, int mode) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            long result = scratch.call(Nr.OPENAT, AT_FDCWD, scratch.string(path), OpenFlag.bits(flags), mode);
            return new Fd((int) Sys.check(result, "open", path));
        }
    }

    @Override
    public Fd open(Fd folder, String path, OpenHow how) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            // Kernel: unlike open, openat2 refuses a mode that has no use.
            boolean creates = how.flags().contains(OpenFlag.CREAT);
            MemorySegment struct = scratch.struct(Structs.OpenHow.SIZE);
            struct.set(ValueLayout.JAVA_LONG, Structs.OpenHow.FLAGS, OpenFlag.bits(how.flags()));
            struct.set(ValueLayout.JAVA_LONG, Structs.OpenHow.MODE, creates ? how.mode() : 0);
            struct.set(ValueLayout.JAVA_LONG, Structs.OpenHow.RESOLVE, Resolve.bits(how.rules()));
            long result = scratch.call(
                    Nr.OPENAT2, folder.number(), scratch.string(path), struct.address(), Structs.OpenHow.SIZE);
            return new Fd((int) Sys.check(result, "openat2", folder, path));
        }
    }

    @Override
    public Fd duplicate(Fd fd) throws ErrnoException {
        return new Fd((int) Sys.check(Sys.call(Nr.FCNTL, fd.number(), DUPFD_CLOEXEC, 0), "fcntl", fd, "F_DUPFD"));
    }

    @Override
    public int read(Fd fd, byte[] buffer, int offset, int length) throws ErrnoException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        try (Scratch scratch = Scratch.take()) {
            int wanted = Math.min(length, Scratch.BUFFER);
            MemorySegment memory = scratch.buffer(Scratch.BUFFER);
            int count = (int) Sys.check(scratch.call(Nr.READ, fd.number(), memory.address(), wanted), "read", fd);
            MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, buffer, offset, count);
            return count;
        }
    }

    @Override
    public int write(Fd fd, byte[] buffer, int offset, int length) throws ErrnoException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        try (Scratch scratch = Scratch.take()) {
            int piece = Math.min(length, Scratch.BUFFER);
            MemorySegment memory = scratch.buffer(Scratch.BUFFER);
            MemorySegment.copy(buffer, offset, memory, ValueLayout.JAVA_BYTE, 0, piece);
            return (int) Sys.check(scratch.call(Nr.WRITE, fd.number(), memory.address(), piece), "write", fd);
        }
    }

    @Override
    public int pread(Fd fd, byte[] buffer, long position) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            MemorySegment memory = scratch.buffer(Scratch.BUFFER);
            int done = 0;
            while (done < buffer.length) {
                int piece = Math.min(buffer.length - done, Scratch.BUFFER);
                long result = scratch.call(Nr.PREAD64, fd.number(), memory.address(), piece, position + done);
                int count = (int) Sys.check(result, "pread", fd);
                if (count == 0) {
                    break;
                }
                MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, buffer, done, count);
                done += count;
            }
            return done;
        }
    }

    @Override
    public void pwrite(Fd fd, byte[] buffer, long position) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            MemorySegment memory = scratch.buffer(Scratch.BUFFER);
            int done = 0;
            while (done < buffer.length) {
                int piece = Math.min(buffer.length - done, Scratch.BUFFER);
                MemorySegment.copy(buffer, done, memory, ValueLayout.JAVA_BYTE, 0, piece);
                long result = scratch.call(Nr.PWRITE64, fd.number(), memory.address(), piece, position + done);
                done += (int) Sys.check(result, "pwrite", fd);
            }
        }
    }

    @Override
    public long copy(Fd from, Fd to) throws ErrnoException {
        long done = 0;
        while (true) {
            long result = Sys.call(Nr.COPY_FILE_RANGE, from.number(), 0, to.number(), 0, COPY_AT_ONCE);
            if (result == 0 || (done == 0 && CANNOT_COPY.contains(Errno.of((int) -result)))) {
                // Kernel: some files (proc, old file systems across devices) are only read and written.
                return done + copyThroughMemory(from, to);
            }
            done += Sys.check(result, "copy_file_range", from, to);
        }
    }

    private long copyThroughMemory(Fd from, Fd to) throws ErrnoException {
        byte[] buffer = new byte[Scratch.BUFFER];
        long done = 0;
        for (int count = read(from, buffer, 0, buffer.length);
                count > 0;
                count = read(from, buffer, 0, buffer.length)) {
            writeFully(to, buffer, 0, count);
            done += count;
        }
        return done;
    }

    @Override
    public InputStream input(Fd fd) {
        return new FdInput(this, fd);
    }

    @Override
    public OutputStream output(Fd fd) {
        return new FdOutput(this, poll, fd);
    }

    @Override
    public void neverWait(Fd fd) throws ErrnoException {
        long flags = Sys.check(Sys.call(Nr.FCNTL, fd.number(), GETFL), "fcntl", fd, "F_GETFL");
        Sys.check(Sys.call(Nr.FCNTL, fd.number(), SETFL, flags | NONBLOCK), "fcntl", fd, "F_SETFL");
    }

    @Override
    public OutputStream flowingOutput(Fd fd, int piece) {
        return new FlowingOutput(this, poll, fd, piece);
    }

    @Override
    public List<Fd> poll(List<Fd> descriptors, Duration limit) throws IOException {
        return poll.await(descriptors, Readiness.READABLE, limit);
    }

    @Override
    public void sendDatagram(Path socket, byte[] message) throws ErrnoException {
        datagram.send(socket.toString(), message);
    }

    @Override
    public void fsync(Fd fd) throws ErrnoException {
        threads.call(() -> Sys.check(Sys.call(Nr.FSYNC, fd.number()), "fsync", fd));
    }

    @Override
    public void fdatasync(Fd fd) throws ErrnoException {
        threads.call(() -> Sys.check(Sys.call(Nr.FDATASYNC, fd.number()), "fdatasync", fd));
    }

    @Override
    public void beginWriting(Fd fd) throws ErrnoException {
        threads.call(() -> Sys.check(
                Sys.call(Nr.SYNC_FILE_RANGE, fd.number(), 0, 0, SYNC_FILE_RANGE_WRITE), "sync_file_range", fd));
    }

    @Override
    public void syncFilesystem(Fd fd) throws ErrnoException {
        threads.call(() -> Sys.check(Sys.call(Nr.SYNCFS, fd.number()), "syncfs", fd));
    }

    @Override
    public void truncate(Fd fd, long length) throws ErrnoException {
        Sys.check(Sys.call(Nr.FTRUNCATE, fd.number(), length), "ftruncate", fd, length);
    }
}
