package io.crius.linux;

import io.crius.linux.abi.Nr;
import io.crius.linux.abi.Structs.Ifreq;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The loopback interface of the calling thread's network namespace. */
final class Loopback {
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM_CLOEXEC = 02000002;
    private static final int SIOCSIFFLAGS = 0x8914;
    private static final short IFF_UP = 1;

    private Loopback() {}

    /** Sets it up; the kernel then gives it 127.0.0.1 and, where IPv6 is on, ::1. Kernel: netdevice(7). */
    static void bringUp() throws ErrnoException {
        try (Scratch scratch = Scratch.take();
                Fd socket =
                        new Fd((int) Sys.check(scratch.call(Nr.SOCKET, AF_INET, SOCK_DGRAM_CLOEXEC, 0), "socket"))) {
            MemorySegment request = scratch.struct(Ifreq.SIZE);
            request.setString(Ifreq.NAME, "lo");
            request.set(ValueLayout.JAVA_SHORT, Ifreq.FLAGS, IFF_UP);
            long result = scratch.call(Nr.IOCTL, socket.number(), SIOCSIFFLAGS, request.address());
            Sys.check(result, "ioctl", "lo", "SIOCSIFFLAGS", "IFF_UP");
        }
    }
}
