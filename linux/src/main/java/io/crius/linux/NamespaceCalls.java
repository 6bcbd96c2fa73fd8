package io.crius.linux;

import io.crius.linux.abi.Nr;
import io.crius.linux.abi.Structs.Ifreq;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Set;

/** What is done to namespaces from within and to their pins. Neither starts threads nor logs. Thread-safe. */
final class NamespaceCalls {
    private static final int AT_FDCWD = -100;
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM = 2;
    private static final int CLOEXEC = 02000000;
    private static final int SIOCGIFFLAGS = 0x8913;
    private static final int SIOCSIFFLAGS = 0x8914;
    private static final short IFF_UP = 1;
    private static final int PIN_MODE = 0444;

    /** More mounts than this on one pin are a mistake that unbinding must not chase for ever. */
    private static final int STACKED_MAX = 64;

    void create(Path pin) throws ErrnoException {
        Set<OpenFlag> flags = Set.of(OpenFlag.RDONLY, OpenFlag.CREAT, OpenFlag.EXCL, OpenFlag.NOFOLLOW);
        open(pin, flags).close();
    }

    /** Kernel: {@code /proc/self} would be the namespaces of the process's first thread. */
    void bindCurrent(NamespaceKind kind, Path pin) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            long source = scratch.string("/proc/thread-self/ns/" + kind.file());
            int flags = MountFlag.bits(Set.of(MountFlag.BIND));
            Sys.check(scratch.call(Nr.MOUNT, source, scratch.string(pin), 0, flags, 0), "mount", kind.file(), pin);
        }
    }

    void unbind(Path pin) throws ErrnoException {
        int flags = UnmountFlag.bits(Set.of(UnmountFlag.DETACH, UnmountFlag.NOFOLLOW));
        try (Scratch scratch = Scratch.take()) {
            long path = scratch.string(pin);
            for (int i = 0; i < STACKED_MAX; i++) {
                long result = scratch.call(Nr.UMOUNT2, path, flags);
                if (result == -Errno.EINVAL.number() || isGone(result)) {
                    return;
                }
                Sys.check(result, "umount2", pin);
            }
        }
    }

    void remove(Path pin) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            long result = scratch.call(Nr.UNLINKAT, AT_FDCWD, scratch.string(pin), 0);
            if (!isGone(result)) {
                Sys.check(result, "unlink", pin);
            }
        }
    }

    private static boolean isGone(long result) {
        return result == -Errno.ENOENT.number() || result == -Errno.ENOTDIR.number();
    }

    void writeSysctl(String name, String value) throws ErrnoException {
        byte[] bytes = NativeText.encode(value);
        try (Scratch scratch = Scratch.take();
                Fd file = open(Path.of(Sysctl.file(name)), Set.of(OpenFlag.WRONLY))) {
            MemorySegment memory = scratch.buffer(bytes.length);
            MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
            long result = scratch.call(Nr.WRITE, file.number(), memory.address(), bytes.length);
            Sys.check(result, "sysctl " + name, value);
        }
    }

    void setHostname(String name) throws ErrnoException {
        int length = NativeText.encode(name).length;
        try (Scratch scratch = Scratch.take()) {
            Sys.check(scratch.call(Nr.SETHOSTNAME, scratch.string(name), length), "sethostname", name);
        }
    }

    void bringLoopbackUp() throws ErrnoException {
        try (Scratch scratch = Scratch.take();
                Fd socket = new Fd(
                        (int) Sys.check(scratch.call(Nr.SOCKET, AF_INET, SOCK_DGRAM | CLOEXEC, 0), "socket", "inet"))) {
            MemorySegment request = scratch.struct(Ifreq.SIZE);
            request.setString(Ifreq.NAME, "lo");
            Sys.check(scratch.call(Nr.IOCTL, socket.number(), SIOCGIFFLAGS, request.address()), "SIOCGIFFLAGS", "lo");
            short flags = (short) (request.get(ValueLayout.JAVA_SHORT, Ifreq.FLAGS) | IFF_UP);
            request.set(ValueLayout.JAVA_SHORT, Ifreq.FLAGS, flags);
            Sys.check(scratch.call(Nr.IOCTL, socket.number(), SIOCSIFFLAGS, request.address()), "SIOCSIFFLAGS", "lo");
        }
    }

    private static Fd open(Path path, Set<OpenFlag> flags) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            long result = scratch.call(Nr.OPENAT, AT_FDCWD, scratch.string(path), OpenFlag.bits(flags), PIN_MODE);
            return new Fd((int) Sys.check(result, "open", path));
        }
    }
}
