package io.crius.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** {@link Mounts} by system calls. Thread-safe. */
final class KernelMounts implements Mounts {
    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int STATX_SIZE = 256;
    private static final int STATX_ATTRIBUTES = 8;
    private static final long STATX_ATTR_MOUNT_ROOT = 0x2000;

    private final NativeThreads threads;
    private final OverlayMounter overlays;

    KernelMounts(NativeThreads threads) {
        this.threads = threads;
        this.overlays = new OverlayMounter();
    }

    @Override
    public void mount(String source, Path target, String type, Set<MountFlag> flags, String data) throws IOException {
        threads.call(() -> mountNow(new Request(source, target, type, MountFlag.bits(flags), data)));
    }

    @Override
    public void bind(Path source, Path target, Depth depth) throws IOException {
        int flags = MountFlag.bits(Set.of(MountFlag.BIND)) | depth.bits();
        threads.call(() -> mountNow(new Request(source.toString(), target, "bind", flags, "")));
    }

    @Override
    public void propagation(Path target, Propagation propagation, Depth depth) throws IOException {
        int flags = propagation.bits() | depth.bits();
        threads.call(() -> mountNow(new Request("none", target, "propagation", flags, "")));
    }

    @Override
    public void overlay(OverlayMount mount) throws IOException {
        threads.call(() -> {
            if (!overlays.mount(mount)) {
                mountNow(OverlayMounter.classic(mount));
            }
            return mount;
        });
    }

    @Override
    public void unmount(Path target, Set<UnmountFlag> flags) throws IOException {
        threads.call(() -> {
            try (Arena arena = Arena.ofConfined()) {
                long result = Sys.call(Nr.UMOUNT2, Sys.string(arena, target), UnmountFlag.bits(flags));
                return Sys.check(result, "umount2(" + target + ")");
            }
        });
    }

    @Override
    public List<MountInfo> list() throws IOException {
        // Kernel: a mount point may have any bytes; such a one is read wrongly, and no path of ours is like it.
        String table = new String(Files.readAllBytes(MOUNTINFO), StandardCharsets.ISO_8859_1);
        return table.lines()
                .map(line -> new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                .map(MountInfo::parse)
                .toList();
    }

    @Override
    public boolean isMountPoint(Path path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment stat = arena.allocate(STATX_SIZE, Long.BYTES);
            long result = Sys.call(Nr.STATX, AT_FDCWD, Sys.string(arena, path), AT_SYMLINK_NOFOLLOW, 0, stat.address());
            if (result == -Errno.ENOENT.number() || result == -Errno.ENOTDIR.number()) {
                return false;
            }
            Sys.check(result, "statx(" + path + ")");
            // Kernel: known since 5.8; both the attribute and its mask are set then.
            return (stat.get(ValueLayout.JAVA_LONG, STATX_ATTRIBUTES) & STATX_ATTR_MOUNT_ROOT) != 0;
        }
    }

    /** The arguments of mount(2). */
    record Request(String source, Path target, String type, int flags, String data) {}

    private static long mountNow(Request request) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            long result = Sys.call(
                    Nr.MOUNT,
                    Sys.string(arena, request.source),
                    Sys.string(arena, request.target),
                    Sys.string(arena, request.type),
                    request.flags,
                    request.data.isEmpty() ? 0 : Sys.string(arena, request.data));
            return Sys.check(result, "mount(" + request.type + ", " + request.source + " on " + request.target + ")");
        }
    }
}
