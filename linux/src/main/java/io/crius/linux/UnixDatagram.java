package io.crius.linux;

import io.crius.linux.abi.Nr;
import io.crius.linux.abi.Structs.SockaddrUn;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Sends datagrams to unix sockets, which the JDK cannot. Thread-safe. */
final class UnixDatagram {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int CLOEXEC = 02000000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final char ABSTRACT = '@';

    void send(String socket, byte[] message) throws ErrnoException {
        byte[] name = RawNames.encode(socket);
        if (name.length > SockaddrUn.SIZE - SockaddrUn.PATH - 1) {
            throw new ErrnoException(Sys.describe("sendto", socket), Errno.ENAMETOOLONG);
        }
        try (Scratch scratch = Scratch.take();
                Fd from = new Fd(
                        (int) Sys.check(scratch.call(Nr.SOCKET, AF_UNIX, SOCK_DGRAM | CLOEXEC, 0), "socket", "unix"))) {
            MemorySegment text = scratch.buffer(message.length);
            MemorySegment.copy(message, 0, text, ValueLayout.JAVA_BYTE, 0, message.length);
            MemorySegment address = scratch.struct(SockaddrUn.SIZE);
            address.set(ValueLayout.JAVA_SHORT, SockaddrUn.FAMILY, (short) AF_UNIX);
            MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, SockaddrUn.PATH, name.length);
            boolean isAbstract = !socket.isEmpty() && socket.charAt(0) == ABSTRACT;
            if (isAbstract) {
                address.set(ValueLayout.JAVA_BYTE, SockaddrUn.PATH, (byte) 0);
            }
            // Kernel: unix(7): every byte of an abstract name counts, a path ends with a zero.
            int length = SockaddrUn.PATH + name.length + (isAbstract ? 0 : 1);
            long result = scratch.call(
                    Nr.SENDTO, from.number(), text.address(), message.length, MSG_NOSIGNAL, address.address(), length);
            Sys.check(result, "sendto", socket);
        }
    }
}
