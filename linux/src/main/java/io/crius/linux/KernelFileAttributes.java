package io.crius.linux;

import io.crius.linux.abi.Nr;
import io.crius.linux.abi.Structs.Statx;
import io.crius.linux.abi.Structs.Timespec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@link FileAttributes} by system calls. Thread-safe; all calls run inline. */
final class KernelFileAttributes implements FileAttributes {
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int LINK_MAX = 4096;

    private final KernelFeatures features;
    private final XattrCalls xattrs = new XattrCalls();
    private final BtrfsVolumes volumes = new BtrfsVolumes();

    KernelFileAttributes(KernelFeatures features) {
        this.features = features;
    }

    @Override
    public void mkdirAt(Fd folder, String name, int mode) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            Sys.check(scratch.call(Nr.MKDIRAT, folder.number(), scratch.string(name), mode), "mkdirat", folder, name);
        }
    }

    @Override
    public void mknodAt(Fd folder, String name, FileKind kind, int mode, DeviceNumber device) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            long result = scratch.call(
                    Nr.MKNODAT, folder.number(), scratch.string(name), kind.bits() | mode, device.encoded());
            Sys.check(result, "mknodat", folder, name, kind);
        }
    }

    @Override
    public void symlinkAt(String target, Fd folder, String name) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            long result = scratch.call(Nr.SYMLINKAT, scratch.string(target), folder.number(), scratch.string(name));
            Sys.check(result, "symlinkat", target, folder, name);
        }
    }

    @Override
    public void linkAt(Fd from, String existing, Fd folder, String name) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            long old = scratch.string(existing);
            long result = scratch.call(Nr.LINKAT, from.number(), old, folder.number(), scratch.string(name), 0);
            Sys.check(result, "linkat", from, existing, folder, name);
        }
    }

    @Override
    public void unlinkAt(Fd folder, String name, UnlinkFlag what) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            Sys.check(
                    scratch.call(Nr.UNLINKAT, folder.number(), scratch.string(name), what.bits()),
                    "unlinkat",
                    folder,
                    name);
        }
    }

    @Override
    public void renameAt(Fd from, String existing, Fd folder, String name, RenameFlag flag) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            long old = scratch.string(existing);
            long result =
                    scratch.call(Nr.RENAMEAT2, from.number(), old, folder.number(), scratch.string(name), flag.bits());
            Sys.check(result, "renameat2", from, existing, folder, name, flag);
        }
    }

    @Override
    public String readLinkAt(Fd folder, String name) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            MemorySegment out = scratch.buffer(LINK_MAX);
            long result = scratch.call(Nr.READLINKAT, folder.number(), scratch.string(name), out.address(), LINK_MAX);
            long length = Sys.check(result, "readlinkat", folder, name);
            return RawNames.decode(out.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
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
                new DeviceNumber(unsigned(out, Statx.RDEV_MAJOR), unsigned(out, Statx.RDEV_MINOR)),
                out.get(ValueLayout.JAVA_LONG, Statx.INO),
                new DeviceNumber(unsigned(out, Statx.DEV_MAJOR), unsigned(out, Statx.DEV_MINOR)),
                out.get(ValueLayout.JAVA_LONG, Statx.BLOCKS),
                time(out, Statx.ATIME),
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
        int flags = OpenFlag.bits(Set.of(OpenFlag.PATH, OpenFlag.NOFOLLOW));
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
    public void setXattr(Fd fd, String attribute, byte[] value) throws ErrnoException {
        xattrs.set(fd, attribute, value);
    }

    @Override
    public void setXattrAt(Fd folder, String name, String attribute, byte[] value) throws ErrnoException {
        xattrs.set(pathOf(folder, name), attribute, value);
    }

    @Override
    public Optional<byte[]> xattr(Fd fd, String attribute) throws ErrnoException {
        return xattrs.get(fd, attribute);
    }

    @Override
    public Optional<byte[]> xattrAt(Fd folder, String name, String attribute) throws ErrnoException {
        return xattrs.get(pathOf(folder, name), attribute);
    }

    @Override
    public List<String> xattrNames(Fd fd) throws ErrnoException {
        return xattrs.list(fd);
    }

    @Override
    public List<String> xattrNamesAt(Fd folder, String name) throws ErrnoException {
        return xattrs.list(pathOf(folder, name));
    }

    @Override
    public void removeXattr(Fd fd, String attribute) throws ErrnoException {
        xattrs.remove(fd, attribute);
    }

    @Override
    public void removeXattrAt(Fd folder, String name, String attribute) throws ErrnoException {
        xattrs.remove(pathOf(folder, name), attribute);
    }

    /** Kernel: setxattrat(2) is as new as 6.13; the link in /proc leads to the open folder whatever became of its name. */
    private static String pathOf(Fd folder, String name) {
        return folder.procPath() + "/" + name;
    }

    @Override
    public List<String> namesIn(Fd folder) throws ErrnoException {
        return DirectoryEntries.of(folder);
    }

    @Override
    public void makeSubvolume(Fd folder, String name) throws ErrnoException {
        volumes.make(folder, name);
    }

    @Override
    public void snapshot(Fd subvolume, Fd folder, String name) throws ErrnoException {
        volumes.snapshot(subvolume, folder, name);
    }

    @Override
    public void removeSubvolume(Fd folder, String name) throws ErrnoException {
        volumes.remove(folder, name);
    }
}
