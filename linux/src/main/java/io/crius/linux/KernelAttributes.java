package io.crius.linux;

import io.crius.linux.abi.Nr;
import io.crius.linux.abi.Structs.Statx;
import io.crius.linux.abi.Structs.Timespec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@link FileAttributes} by system calls. Thread-safe; all calls run inline. */
final class KernelAttributes implements FileAttributes {
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int LINK_MAX = 4096;

    private final KernelFeatures features;
    private final XattrCalls xattrs = new XattrCalls();

    KernelAttributes(KernelFeatures features) {
        this.features = features;
    }

    @Override
    public void mkdirAt(Fd folder, String name, int mode) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            Sys.check(scratch.call(Nr.MKDIRAT, folder.number(), scratch.string(name), mode), "mkdirat", folder, name);
        }
    }

    @Override
    public void mknodAt(Fd folder, String name, int mode, long major, long minor) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            long result = scratch.call(Nr.MKNODAT, folder.number(), scratch.string(name), mode, device(major, minor));
            Sys.check(result, "mknodat", folder, name, "0" + Integer.toOctalString(mode));
        }
    }

    /** Kernel: new_decode_dev takes 12 bits of major and 20 of minor, in 32 bits. */
    static long device(long major, long minor) {
        return (minor & 0xff) | (major & 0xfff) << 8 | (minor & ~0xffL) << 12;
    }

    @Override
    public void symlinkAt(String target, Fd folder, String name) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            long result = scratch.call(Nr.SYMLINKAT, scratch.string(target), folder.number(), scratch.string(name));
            Sys.check(result, "symlinkat", target, folder, name);
        }
    }

    @Override
    public void linkAt(Fd oldFolder, String oldName, Fd folder, String name) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            long old = scratch.string(oldName);
            long result = scratch.call(Nr.LINKAT, oldFolder.number(), old, folder.number(), scratch.string(name), 0);
            Sys.check(result, "linkat", oldFolder, oldName, folder, name);
        }
    }

    @Override
    public void unlinkAt(Fd folder, String name, UnlinkFlag flag) throws ErrnoException {
        int bits = switch (flag) {
            case FILE -> 0;
            case DIRECTORY -> AT_REMOVEDIR;
        };
        try (Scratch scratch = Scratch.take()) {
            Sys.check(scratch.call(Nr.UNLINKAT, folder.number(), scratch.string(name), bits), "unlinkat", folder, name);
        }
    }

    @Override
    public void renameAt(Fd oldFolder, String oldName, Fd folder, String name, RenameFlag flag) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            long old = scratch.string(oldName);
            long result = scratch.call(
                    Nr.RENAMEAT2, oldFolder.number(), old, folder.number(), scratch.string(name), flag.bits());
            Sys.check(result, "renameat2", oldFolder, oldName, folder, name, flag);
        }
    }

    @Override
    public String readLinkAt(Fd folder, String name) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            MemorySegment out = scratch.buffer(LINK_MAX);
            long result = scratch.call(Nr.READLINKAT, folder.number(), scratch.string(name), out.address(), LINK_MAX);
            long length = Sys.check(result, "readlinkat", folder, name);
            return NativeText.decode(out.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    @Override
    public FileStat statAt(Fd folder, String name) throws ErrnoException {
        return stat(folder, name, AT_SYMLINK_NOFOLLOW);
    }

    @Override
    public FileStat stat(Fd file) throws ErrnoException {
        return stat(file, "", AT_EMPTY_PATH);
    }

    private static FileStat stat(Fd folder, String name, int flags) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            MemorySegment out = scratch.struct(Statx.SIZE);
            long result = scratch.call(
                    Nr.STATX, folder.number(), scratch.string(name), flags, STATX_BASIC_STATS, out.address());
            Sys.check(result, "statx", folder, name);
            return read(out);
        }
    }

    private static FileStat read(MemorySegment out) {
        return new FileStat(
                Short.toUnsignedInt(out.get(ValueLayout.JAVA_SHORT, Statx.MODE)),
                unsigned(out, Statx.UID),
                unsigned(out, Statx.GID),
                out.get(ValueLayout.JAVA_LONG, Statx.LENGTH),
                unsigned(out, Statx.NLINK),
                unsigned(out, Statx.RDEV_MAJOR),
                unsigned(out, Statx.RDEV_MINOR),
                out.get(ValueLayout.JAVA_LONG, Statx.INO),
                unsigned(out, Statx.DEV_MAJOR) << Integer.SIZE | unsigned(out, Statx.DEV_MINOR),
                out.get(ValueLayout.JAVA_LONG, Statx.BLOCKS),
                time(out, Statx.MTIME),
                time(out, Statx.CTIME));
    }

    private static long unsigned(MemorySegment out, long offset) {
        return Integer.toUnsignedLong(out.get(ValueLayout.JAVA_INT, offset));
    }

    private static Instant time(MemorySegment out, long offset) {
        return Instant.ofEpochSecond(
                out.get(ValueLayout.JAVA_LONG, offset), out.get(ValueLayout.JAVA_INT, offset + Statx.TIME_NANOS));
    }

    @Override
    public void chown(Fd file, long uid, long gid) throws ErrnoException {
        Sys.check(Sys.call(Nr.FCHOWN, file.number(), uid, gid), "fchown", file, uid, gid);
    }

    @Override
    public void chownAt(Fd folder, String name, long uid, long gid) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            long result =
                    scratch.call(Nr.FCHOWNAT, folder.number(), scratch.string(name), uid, gid, AT_SYMLINK_NOFOLLOW);
            Sys.check(result, "fchownat", folder, name, uid, gid);
        }
    }

    @Override
    public void chmod(Fd file, int mode) throws ErrnoException {
        Sys.check(Sys.call(Nr.FCHMOD, file.number(), mode), "fchmod", file, "0" + Integer.toOctalString(mode));
    }

    @Override
    public void chmodAt(Fd folder, String name, int mode) throws ErrnoException {
        if (!features.has(KernelFeature.FCHMODAT2)) {
            chmodByPath(folder, name, mode);
            return;
        }
        try (Scratch scratch = Scratch.take()) {
            long result = scratch.call(Nr.FCHMODAT2, folder.number(), scratch.string(name), mode, AT_SYMLINK_NOFOLLOW);
            Sys.check(result, "fchmodat2", folder, name, "0" + Integer.toOctalString(mode));
        }
    }

    /** Kernel: before 6.6 a mode cannot be set at a name without following it; it can at what was opened without following. */
    static void chmodByPath(Fd folder, String name, int mode) throws ErrnoException {
        int flags = OpenFlag.bits(java.util.Set.of(OpenFlag.PATH, OpenFlag.NOFOLLOW));
        try (Scratch scratch = Scratch.take();
                Fd file = new Fd((int) Sys.check(
                        scratch.call(Nr.OPENAT, folder.number(), scratch.string(name), flags),
                        "openat",
                        folder,
                        name))) {
            if (stat(file, "", AT_EMPTY_PATH).isSymlink()) {
                throw new ErrnoException(Sys.describe("fchmodat", folder, name), Errno.EOPNOTSUPP);
            }
            long result = scratch.call(Nr.FCHMODAT, 0, scratch.string(file.procPath()), mode);
            Sys.check(result, "fchmodat", folder, name, "0" + Integer.toOctalString(mode));
        }
    }

    @Override
    public void utimens(Fd file, Instant accessed, Instant modified) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            long times = times(scratch, accessed, modified);
            Sys.check(scratch.call(Nr.UTIMENSAT, file.number(), 0, times, 0), "utimensat", file);
        }
    }

    @Override
    public void utimensAt(Fd folder, String name, Instant accessed, Instant modified) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            long times = times(scratch, accessed, modified);
            long result = scratch.call(Nr.UTIMENSAT, folder.number(), scratch.string(name), times, AT_SYMLINK_NOFOLLOW);
            Sys.check(result, "utimensat", folder, name);
        }
    }

    private static long times(Scratch scratch, Instant accessed, Instant modified) {
        MemorySegment times = scratch.buffer(2L * Timespec.SIZE);
        times.set(ValueLayout.JAVA_LONG, Timespec.SECONDS, accessed.getEpochSecond());
        times.set(ValueLayout.JAVA_LONG, Timespec.NANOS, accessed.getNano());
        times.set(ValueLayout.JAVA_LONG, Timespec.SIZE + Timespec.SECONDS, modified.getEpochSecond());
        times.set(ValueLayout.JAVA_LONG, Timespec.SIZE + Timespec.NANOS, modified.getNano());
        return times.address();
    }

    @Override
    public void setXattr(Fd file, String name, byte[] value) throws ErrnoException {
        xattrs.set(file, name, value);
    }

    @Override
    public void setXattr(Path path, String name, byte[] value) throws ErrnoException {
        xattrs.set(path, name, value);
    }

    @Override
    public Optional<byte[]> getXattr(Fd file, String name) throws ErrnoException {
        return xattrs.get(file, name);
    }

    @Override
    public Optional<byte[]> getXattr(Path path, String name) throws ErrnoException {
        return xattrs.get(path, name);
    }

    @Override
    public List<String> listXattr(Fd file) throws ErrnoException {
        return xattrs.list(file);
    }

    @Override
    public List<String> listXattr(Path path) throws ErrnoException {
        return xattrs.list(path);
    }

    @Override
    public void removeXattr(Fd file, String name) throws ErrnoException {
        xattrs.remove(file, name);
    }

    @Override
    public void removeXattr(Path path, String name) throws ErrnoException {
        xattrs.remove(path, name);
    }
}
