package io.crius.linux;

import io.crius.linux.abi.Nr;
import io.crius.linux.abi.Structs.SockaddrUn;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** Calls on unix sockets by path. */
final class UnixSocket {
    static final int SEQPACKET = 5;
    static final int STREAM = 1;

    private static final int AF_UNIX = 1;
    private static final int CLOEXEC = 02000000;
    private static final int NONBLOCK = 04000;

    private UnixSocket() {}

    /** One that does not wait. */
    static Fd make(int type) throws ErrnoException {
        return new Fd((int) Sys.check(Sys.call(Nr.SOCKET, AF_UNIX, type | CLOEXEC | NONBLOCK, 0), "socket", "unix"));
    }

    /** bind or connect; {@code path} is what the kernel gets, {@code name} what people know. */
    static void address(Nr call, Fd socket, Path path, Object name) throws ErrnoException {
        byte[] bytes = RawNames.encode(path.toString());
        if (bytes.length > SockaddrUn.SIZE - SockaddrUn.PATH - 1) {
            throw new ErrnoException(Sys.describe(call.word(), name), Errno.ENAMETOOLONG);
        }
        try (Scratch scratch = Scratch.take()) {
            MemorySegment address = scratch.struct(SockaddrUn.SIZE);
            address.set(ValueLayout.JAVA_SHORT, SockaddrUn.FAMILY, (short) AF_UNIX);
            MemorySegment.copy(bytes, 0, address, ValueLayout.JAVA_BYTE, SockaddrUn.PATH, bytes.length);
            long result = scratch.call(call, socket.number(), address.address(), SockaddrUn.SIZE);
            Sys.check(result, call.word(), name);
        }
    }
}
