package io.crius.linux;

import io.crius.linux.abi.Nr;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;

/**
 * Copies of programs in memory whose content nobody can change any more, not even through a descriptor that a process of theirs
 * has left open. A runtime that finds itself in one need not make one of its own each time it runs.
 *
 * <p>Kernel: memfd_create(2), seals since Linux 3.17, MFD_EXEC since 6.3; {@code vm.memfd_noexec=2} forbids them.
 */
public final class SealedCopy {
    private static final long MFD_CLOEXEC = 1;
    private static final long MFD_ALLOW_SEALING = 2;
    private static final long MFD_EXEC = 0x10;
    private static final long FS_IOC_SETFLAGS = 0x40086602L;
    private static final int FS_IMMUTABLE = 0x10;
    private static final long F_ADD_SEALS = 1033;
    private static final long SEAL_SEAL = 1;
    private static final long SEAL_SHRINK = 2;
    private static final long SEAL_GROW = 4;
    private static final long SEAL_WRITE = 8;

    private SealedCopy() {}

    /**
     * A copy, open for reading; the caller closes it, and it is gone with its last descriptor and process.
     *
     * @param name what the kernel shows for it
     */
    public static Fd of(Descriptors descriptors, byte[] content, String name) throws IOException {
        try (Fd copy = create(name)) {
            for (int done = 0; done < content.length; ) {
                done += descriptors.write(copy, content, done, content.length - done);
            }
            long seals = SEAL_SEAL | SEAL_SHRINK | SEAL_GROW | SEAL_WRITE;
            Sys.check(Sys.call(Nr.FCNTL, copy.number(), F_ADD_SEALS, seals), "fcntl", copy, "F_ADD_SEALS");
            makeImmutable(copy);
            return descriptors.open(copy.procPath(), Set.of(OpenFlag.RDONLY), 0);
        }
    }

    /**
     * So that nobody changes its mode or owner either: the seals let its owner do that, and root in a container without a user
     * namespace is its owner. Kernel: FS_IOC_SETFLAGS on tmpfs, since Linux 6.6; older ones refuse it, and so may a bounding set
     * without CAP_LINUX_IMMUTABLE: callers look at the file's state themselves.
     */
    private static void makeImmutable(Fd copy) {
        try (Scratch scratch = Scratch.take()) {
            MemorySegment flags = scratch.struct(Integer.BYTES);
            flags.set(ValueLayout.JAVA_INT, 0, FS_IMMUTABLE);
            long _ = scratch.call(Nr.IOCTL, copy.number(), FS_IOC_SETFLAGS, flags.address());
        }
    }

    private static Fd create(String name) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            long wanted = MFD_CLOEXEC | MFD_ALLOW_SEALING;
            long made = scratch.call(Nr.MEMFD_CREATE, scratch.string(name), wanted | MFD_EXEC);
            if (made == -Errno.EINVAL.number()) {
                made = scratch.call(Nr.MEMFD_CREATE, scratch.string(name), wanted);
            }
            return new Fd((int) Sys.check(made, "memfd_create", name));
        }
    }
}
