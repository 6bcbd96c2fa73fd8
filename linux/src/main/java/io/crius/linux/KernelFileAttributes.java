package io.crius.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.Optional;

/** {@link FileAttributes} by system calls. Thread-safe. */
final class KernelFileAttributes implements FileAttributes {
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int LARGEST_XATTR = 64 << 10;

    private static final int STATX_SIZE = 256;
    private static final int STATX_BASIC = 0x7FF;
    private static final int STATX_LINKS = 16;
    private static final int STATX_UID = 20;
    private static final int STATX_GID = 24;
    private static final int STATX_MODE = 28;
    private static final int STATX_LENGTH = 40;
    private static final int STATX_MAJOR = 128;
    private static final int STATX_MINOR = 132;

    @Override
    public void mkdirAt(Fd folder, String name, int mode) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            check(Sys.call(Nr.MKDIRAT, folder.number(), Sys.string(arena, name), mode), "mkdirat", name);
        }
    }

    @Override
    public void mknodAt(Fd folder, String name, FileKind kind, int mode, DeviceNumber device) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            long result = Sys.call(
                    Nr.MKNODAT, folder.number(), Sys.string(arena, name), kind.bits() | mode, device.encoded());
            check(result, "mknodat", name);
        }
    }

    @Override
    public void symlinkAt(String target, Fd folder, String name) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            long result = Sys.call(Nr.SYMLINKAT, Sys.string(arena, target), folder.number(), Sys.string(arena, name));
            check(result, "symlinkat", name);
        }
    }

    @Override
    public void linkAt(Fd from, String existing, Fd folder, String name) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            long result = Sys.call(
                    Nr.LINKAT, from.number(), Sys.string(arena, existing), folder.number(), Sys.string(arena, name), 0);
            check(result, "linkat", existing + ", " + name);
        }
    }

    @Override
    public void unlinkAt(Fd folder, String name, UnlinkFlag what) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            check(Sys.call(Nr.UNLINKAT, folder.number(), Sys.string(arena, name), what.bits()), "unlinkat", name);
        }
    }

    @Override
    public void renameAt(Fd from, String existing, Fd folder, String name) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            long result = Sys.call(
                    Nr.RENAMEAT2,
                    from.number(),
                    Sys.string(arena, existing),
                    folder.number(),
                    Sys.string(arena, name),
                    0);
            check(result, "renameat2", existing + ", " + name);
        }
    }

    @Override
    public FileStat stat(Fd fd) throws ErrnoException {
        return statx(fd, "", AT_EMPTY_PATH);
    }

    @Override
    public FileStat statAt(Fd folder, String name) throws ErrnoException {
        return statx(folder, name, AT_SYMLINK_NOFOLLOW);
    }

    private static FileStat statx(Fd folder, String name, int flags) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment stat = arena.allocate(STATX_SIZE, Long.BYTES);
            long result =
                    Sys.call(Nr.STATX, folder.number(), Sys.string(arena, name), flags, STATX_BASIC, stat.address());
            check(result, "statx", name.isEmpty() ? folder.toString() : name);
            return new FileStat(
                    stat.get(ValueLayout.JAVA_SHORT, STATX_MODE) & 0xFFFF,
                    unsigned(stat, STATX_UID),
                    unsigned(stat, STATX_GID),
                    stat.get(ValueLayout.JAVA_LONG, STATX_LENGTH),
                    unsigned(stat, STATX_LINKS),
                    new DeviceNumber(unsigned(stat, STATX_MAJOR), unsigned(stat, STATX_MINOR)));
        }
    }

    private static long unsigned(MemorySegment stat, int offset) {
        return Integer.toUnsignedLong(stat.get(ValueLayout.JAVA_INT, offset));
    }

    @Override
    public void chown(Fd fd, long uid, long gid) throws ErrnoException {
        check(Sys.call(Nr.FCHOWN, fd.number(), uid, gid), "fchown", fd.toString());
    }

    @Override
    public void chownAt(Fd folder, String name, long uid, long gid) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            long result =
                    Sys.call(Nr.FCHOWNAT, folder.number(), Sys.string(arena, name), uid, gid, AT_SYMLINK_NOFOLLOW);
            check(result, "fchownat", name);
        }
    }

    @Override
    public void chmod(Fd fd, int mode) throws ErrnoException {
        check(Sys.call(Nr.FCHMOD, fd.number(), mode), "fchmod", fd.toString());
    }

    @Override
    public void chmodAt(Fd folder, String name, int mode) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            check(Sys.call(Nr.FCHMODAT, folder.number(), Sys.string(arena, name), mode), "fchmodat", name);
        }
    }

    @Override
    public void utimens(Fd fd, Instant accessed, Instant modified) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            long result = Sys.call(Nr.UTIMENSAT, fd.number(), 0, times(arena, accessed, modified), 0);
            check(result, "futimens", fd.toString());
        }
    }

    @Override
    public void utimensAt(Fd folder, String name, Instant accessed, Instant modified) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            long result = Sys.call(
                    Nr.UTIMENSAT,
                    folder.number(),
                    Sys.string(arena, name),
                    times(arena, accessed, modified),
                    AT_SYMLINK_NOFOLLOW);
            check(result, "utimensat", name);
        }
    }

    private static long times(Arena arena, Instant accessed, Instant modified) {
        MemorySegment times = arena.allocate(ValueLayout.JAVA_LONG, 4);
        times.setAtIndex(ValueLayout.JAVA_LONG, 0, accessed.getEpochSecond());
        times.setAtIndex(ValueLayout.JAVA_LONG, 1, accessed.getNano());
        times.setAtIndex(ValueLayout.JAVA_LONG, 2, modified.getEpochSecond());
        times.setAtIndex(ValueLayout.JAVA_LONG, 3, modified.getNano());
        return times.address();
    }

    @Override
    public void setXattr(Fd fd, String attribute, byte[] value) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            long result = Sys.call(
                    Nr.FSETXATTR,
                    fd.number(),
                    Sys.string(arena, attribute),
                    arena.allocateFrom(ValueLayout.JAVA_BYTE, value).address(),
                    value.length,
                    0);
            check(result, "fsetxattr", attribute);
        }
    }

    @Override
    public void setXattrAt(Fd folder, String name, String attribute, byte[] value) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            long result = Sys.call(
                    Nr.LSETXATTR,
                    Sys.string(arena, pathOf(folder, name)),
                    Sys.string(arena, attribute),
                    arena.allocateFrom(ValueLayout.JAVA_BYTE, value).address(),
                    value.length,
                    0);
            check(result, "lsetxattr", name + ", " + attribute);
        }
    }

    @Override
    public Optional<byte[]> xattrAt(Fd folder, String name, String attribute) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(LARGEST_XATTR);
            long size = Sys.call(
                    Nr.LGETXATTR,
                    Sys.string(arena, pathOf(folder, name)),
                    Sys.string(arena, attribute),
                    value.address(),
                    LARGEST_XATTR);
            if (size == -Errno.ENODATA.number()) {
                return Optional.empty();
            }
            check(size, "lgetxattr", name + ", " + attribute);
            return Optional.of(value.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    /** Kernel: setxattrat(2) is as new as 6.13; the link in /proc leads to the open folder whatever became of its name. */
    private static String pathOf(Fd folder, String name) {
        return "/proc/self/fd/" + folder.number() + "/" + name;
    }

    private static void check(long result, String call, String operand) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(call + "(" + operand + ")", (int) -result);
        }
    }
}
