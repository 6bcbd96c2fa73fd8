package io.crius.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The loopback interface of the calling thread's network namespace. */
final class Loopback {
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM_CLOEXEC = 02000002;
    private static final int SIOCSIFFLAGS = 0x8914;
    private static final short IFF_UP = 1;
    /** Kernel: struct ifreq of linux/if.h, a name of 16 bytes and a union. */
    private static final int IFREQ_SIZE = 40;

    private static final int IFREQ_FLAGS = 16;

    private Loopback() {}

    /** Sets it up; the kernel then gives it 127.0.0.1 and, where IPv6 is on, ::1. Kernel: netdevice(7). */
    static void bringUp() throws ErrnoException {
        try (Arena arena = Arena.ofConfined();
                Fd socket = new Fd((int) Sys.check(Sys.call(Nr.SOCKET, AF_INET, SOCK_DGRAM_CLOEXEC, 0), "socket"))) {
            MemorySegment request = arena.allocate(IFREQ_SIZE, Long.BYTES);
            request.setString(0, "lo");
            request.set(ValueLayout.JAVA_SHORT, IFREQ_FLAGS, IFF_UP);
            long result = Sys.call(Nr.IOCTL, socket.number(), SIOCSIFFLAGS, request.address());
            Sys.check(result, "ioctl(lo, SIOCSIFFLAGS, IFF_UP)");
        }
    }
}
