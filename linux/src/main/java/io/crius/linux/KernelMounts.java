package io.crius.linux;

import io.crius.linux.abi.Nr;
import io.crius.linux.abi.Structs.Statx;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@link Mounts} by system calls. Thread-safe. */
final class KernelMounts implements Mounts {
    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_NO_AUTOMOUNT = 0x800;
    private static final long STATX_ATTR_MOUNT_ROOT = 0x2000;
    private final NativeThreads threads;
    private final KernelFeatures features;
    private final OverlayByContext byContext = new OverlayByContext();
    private final OverlayByData byData = new OverlayByData();

    KernelMounts(NativeThreads threads, KernelFeatures features) {
        this.threads = threads;
        this.features = features;
    }

    @Override
    public void mount(String source, Path target, String type, Set<MountFlag> flags, String data)
            throws ErrnoException {
        threads.call(() -> {
            try (Scratch scratch = Scratch.take()) {
                long result = scratch.call(
                        Nr.MOUNT,
                        scratch.string(source),
                        scratch.string(target),
                        scratch.string(type),
                        MountFlag.bits(flags),
                        data.isEmpty() ? 0 : scratch.string(data));
                return Sys.check(result, "mount", source, target, type, flags, data);
            }
        });
    }

    @Override
    public void bind(Path source, Path target, Depth depth) throws ErrnoException {
        threads.call(() -> {
            try (Scratch scratch = Scratch.take()) {
                int flags = MountFlag.bits(Set.of(MountFlag.BIND)) | depth.bits();
                long result = scratch.call(Nr.MOUNT, scratch.string(source), scratch.string(target), 0, flags, 0);
                return Sys.check(result, "mount", "bind", source, target);
            }
        });
    }

    @Override
    public void bindMapped(Path source, Path target, Fd userNamespace) throws ErrnoException {
        threads.call(() -> {
            try (Fd tree = MappedTree.of(source, userNamespace)) {
                MappedTree.attach(tree, target);
                return target;
            }
        });
    }

    @Override
    public void propagation(Path target, Propagation propagation, Depth depth) throws ErrnoException {
        threads.call(() -> {
            try (Scratch scratch = Scratch.take()) {
                int flags = propagation.bits() | depth.bits();
                return Sys.check(
                        scratch.call(Nr.MOUNT, 0, scratch.string(target), 0, flags, 0), "mount", propagation, target);
            }
        });
    }

    @Override
    public void overlay(OverlayMount overlay) throws ErrnoException {
        threads.call(() -> {
            boolean done = features.has(KernelFeature.MOUNT_API) && byContext.fits(overlay) && byContext.mount(overlay);
            if (!done) {
                byData.mount(overlay);
            }
            return overlay;
        });
    }

    @Override
    public void unmount(Path target, Set<UnmountFlag> flags) throws ErrnoException {
        threads.call(() -> {
            try (Scratch scratch = Scratch.take()) {
                long result = scratch.call(Nr.UMOUNT2, scratch.string(target), UnmountFlag.bits(flags));
                return Sys.check(result, "umount2", target);
            }
        });
    }

    @Override
    public List<MountInfo> list() throws IOException {
        // Kernel: a mount point may have any bytes; of such a one the JDK makes no path, and no path of ours is like
        // it.
        String table = new String(Files.readAllBytes(MOUNTINFO), StandardCharsets.UTF_8);
        var mounts = new ArrayList<MountInfo>();
        for (String line : table.lines().toList()) {
            mounts.add(MountInfoLine.parse(line));
        }
        return List.copyOf(mounts);
    }

    @Override
    public boolean isMountPoint(Path path) throws IOException {
        long attributes;
        long known;
        try (Scratch scratch = Scratch.take()) {
            MemorySegment out = scratch.struct(Statx.SIZE);
            long result = scratch.call(
                    Nr.STATX, AT_FDCWD, scratch.string(path), AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, 0, out.address());
            if (result == -Errno.ENOENT.number() || result == -Errno.ENOTDIR.number()) {
                return false;
            }
            Sys.check(result, "statx", path);
            attributes = out.get(ValueLayout.JAVA_LONG, Statx.ATTRIBUTES);
            known = out.get(ValueLayout.JAVA_LONG, Statx.ATTRIBUTES_MASK);
        }
        // Kernel: statx tells since 5.8.
        return (known & STATX_ATTR_MOUNT_ROOT) != 0 ? (attributes & STATX_ATTR_MOUNT_ROOT) != 0 : isListed(path);
    }

    private boolean isListed(Path path) throws IOException {
        Path parent = path.toAbsolutePath().normalize().getParent();
        Path name = path.getFileName();
        Path real = parent == null || name == null
                ? Path.of("/")
                : parent.toRealPath().resolve(name);
        return list().stream().anyMatch(mount -> mount.mountPoint().equals(real));
    }
}
