package io.crius.linux;

import io.crius.linux.abi.Nr;
import io.crius.linux.abi.Structs.Cmsghdr;
import io.crius.linux.abi.Structs.Iovec;
import io.crius.linux.abi.Structs.Msghdr;
import io.crius.linux.abi.Structs.Winsize;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** {@link Terminals} by system calls. Thread-safe. */
final class KernelTerminals implements Terminals {
    private static final int TIOCSWINSZ = 0x5414;
    private static final int CLOEXEC = 02000000;
    private static final int NONBLOCK = 04000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    /** Runtimes send a few bytes beside the descriptor: the terminal's path. */
    private static final int TEXT = 4096;

    private final Descriptors descriptors;

    KernelTerminals(Descriptors descriptors) {
        this.descriptors = descriptors;
    }

    @Override
    public Fd listen(Fd folder, String name) throws ErrnoException {
        Fd socket = UnixSocket.make(UnixSocket.STREAM);
        try {
            UnixSocket.address(Nr.BIND, socket, folder.procPath().resolve(name), name);
            Sys.check(Sys.call(Nr.LISTEN, socket.number(), 1), "listen", name);
            return socket;
        } catch (ErrnoException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public Fd accept(Fd listener) throws ErrnoException {
        long accepted = Sys.call(Nr.ACCEPT4, listener.number(), 0, 0, CLOEXEC | NONBLOCK);
        return new Fd((int) Sys.check(accepted, "accept", listener));
    }

    @Override
    public Optional<Fd> receive(Fd connection) throws ErrnoException {
        Optional<Fd> master = descriptor(connection);
        if (master.isPresent()) {
            try {
                descriptors.neverWait(master.get());
            } catch (ErrnoException e) {
                master.get().close();
                throw e;
            }
        }
        return master;
    }

    /** Kernel: recvmsg(2), unix(7): the descriptor is in the ancillary data. */
    private static Optional<Fd> descriptor(Fd peer) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            MemorySegment control = scratch.struct(Cmsghdr.SPACE);
            MemorySegment vector = scratch.struct(Iovec.SIZE);
            vector.set(ValueLayout.JAVA_LONG, Iovec.BASE, scratch.buffer(TEXT).address());
            vector.set(ValueLayout.JAVA_LONG, Iovec.LEN, TEXT);
            MemorySegment message = scratch.struct(Msghdr.SIZE);
            message.set(ValueLayout.JAVA_LONG, Msghdr.IOV, vector.address());
            message.set(ValueLayout.JAVA_LONG, Msghdr.IOVLEN, 1);
            message.set(ValueLayout.JAVA_LONG, Msghdr.CONTROL, control.address());
            message.set(ValueLayout.JAVA_LONG, Msghdr.CONTROLLEN, Cmsghdr.SPACE);
            long size = scratch.call(Nr.RECVMSG, peer.number(), message.address(), MSG_CMSG_CLOEXEC);
            if (Sys.check(size, "recvmsg", peer) == 0) {
                return Optional.empty();
            }
            boolean sent = message.get(ValueLayout.JAVA_LONG, Msghdr.CONTROLLEN) >= Cmsghdr.DATA + Integer.BYTES
                    && control.get(ValueLayout.JAVA_INT, Cmsghdr.LEVEL) == SOL_SOCKET
                    && control.get(ValueLayout.JAVA_INT, Cmsghdr.TYPE) == SCM_RIGHTS;
            if (!sent) {
                throw new ErrnoException("recvmsg of a terminal", Errno.ENODATA);
            }
            return Optional.of(new Fd(control.get(ValueLayout.JAVA_INT, Cmsghdr.DATA)));
        }
    }

    @Override
    public void resize(Fd master, int width, int height) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            MemorySegment size = scratch.struct(Winsize.SIZE);
            size.set(ValueLayout.JAVA_SHORT, Winsize.ROWS, (short) height);
            size.set(ValueLayout.JAVA_SHORT, Winsize.COLUMNS, (short) width);
            long result = scratch.call(Nr.IOCTL, master.number(), TIOCSWINSZ, size.address());
            Sys.check(result, "ioctl", master, "TIOCSWINSZ", width + "x" + height);
        }
    }
}
