package io.crius.linux;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Mounts in memory. Stricter than Linux: nothing can be mounted on a mount point, nor an upper or work folder be used by two
 * overlays. Thread-safe by its monitor.
 */
public final class FakeMounts implements Mounts {
    private static final int DATA_MAX = 4095;

    private record Mount(MountInfo info, List<Path> exclusive) {}

    private final FakeCalls calls;
    private final List<Mount> mounted = new ArrayList<>();
    private long nextId = 100;

    FakeMounts(FakeCalls calls) {
        this.calls = calls;
    }

    @Override
    public synchronized void mount(String source, Path target, String type, Set<MountFlag> flags, String data)
            throws ErrnoException {
        String call = "mount(" + type + ", " + target + ")";
        calls.begin(call);
        if (flags.contains(MountFlag.REMOUNT)) {
            requireMounted(target, call);
            return;
        }
        if (flags.contains(MountFlag.BIND)) {
            bindNow(Path.of(source), target, call);
            return;
        }
        require(Files.isDirectory(target), call, Errno.ENOENT);
        require(data.length() <= DATA_MAX, call, Errno.EINVAL);
        add(source, target, type, List.of(), call);
    }

    @Override
    public synchronized void bind(Path source, Path target, Depth depth) throws ErrnoException {
        String call = "bind(" + source + ", " + target + ")";
        calls.begin(call);
        bindNow(source, target, call);
    }

    private void bindNow(Path source, Path target, String call) throws ErrnoException {
        require(Files.exists(source) && Files.exists(target), call, Errno.ENOENT);
        require(Files.isDirectory(source) == Files.isDirectory(target), call, Errno.ENOTDIR);
        add(source.toString(), target, "none", List.of(), call);
    }

    @Override
    public synchronized void bindMapped(Path source, Path target, Fd userNamespace) throws ErrnoException {
        String call = "bindMapped(" + source + ", " + target + ")";
        calls.begin(call);
        require(Files.isDirectory(source), call, Errno.ENOTDIR);
        bindNow(source, target, call);
    }

    @Override
    public synchronized void propagation(Path target, Propagation propagation, Depth depth) throws ErrnoException {
        String call = "propagation(" + propagation + ", " + target + ")";
        calls.begin(call);
        requireMounted(target, call);
    }

    @Override
    public synchronized void overlay(OverlayMount overlay) throws ErrnoException {
        String call = "overlay(" + overlay.target() + ")";
        calls.begin(call);
        var exclusive = new ArrayList<Path>();
        overlay.upper().ifPresent(exclusive::add);
        overlay.work().ifPresent(exclusive::add);
        var folders = new ArrayList<>(overlay.lowers());
        folders.addAll(exclusive);
        folders.add(overlay.target());
        for (Path folder : folders) {
            require(Files.isDirectory(folder), call + ": " + folder, Errno.ENOENT);
        }
        require(overlay.upper().isPresent() || overlay.lowers().size() > 1, call, Errno.EINVAL);
        for (Mount other : mounted) {
            require(exclusive.stream().noneMatch(other.exclusive::contains), call, Errno.EBUSY);
        }
        add("overlay", overlay.target(), "overlay", exclusive, call);
    }

    private void add(String source, Path target, String type, List<Path> exclusive, String call) throws ErrnoException {
        Path place = place(target);
        require(mounted.stream().noneMatch(at(place)), call, Errno.EBUSY);
        var info = new MountInfo(nextId++, "/", place, type, source, List.of(), List.of(), List.of());
        mounted.add(new Mount(info, List.copyOf(exclusive)));
    }

    @Override
    public synchronized void unmount(Path target, Set<UnmountFlag> flags) throws ErrnoException {
        String call = "umount2(" + target + ")";
        calls.begin(call);
        require(Files.exists(target, LinkOption.NOFOLLOW_LINKS), call, Errno.ENOENT);
        requireMounted(target, call);
        Path place = place(target);
        boolean above = mounted.stream()
                .anyMatch(mount -> mount.info.mountPoint().startsWith(place)
                        && !mount.info.mountPoint().equals(place));
        require(!above || flags.contains(UnmountFlag.DETACH), call, Errno.EBUSY);
        mounted.removeIf(mount -> mount.info.mountPoint().startsWith(place));
    }

    @Override
    public synchronized List<MountInfo> list() {
        return mounted.stream().map(Mount::info).toList();
    }

    @Override
    public synchronized boolean isMountPoint(Path path) {
        return !Files.isSymbolicLink(path) && mounted.stream().anyMatch(at(place(path)));
    }

    /** The machine restarted: what was mounted is not any more. */
    public synchronized void forgetAll() {
        mounted.clear();
    }

    synchronized List<String> leftovers() {
        return mounted.stream()
                .map(mount -> "mount " + mount.info.type() + " on " + mount.info.mountPoint())
                .toList();
    }

    private static java.util.function.Predicate<Mount> at(Path place) {
        return mount -> mount.info.mountPoint().equals(place);
    }

    private void requireMounted(Path target, String call) throws ErrnoException {
        require(mounted.stream().anyMatch(at(place(target))), call, Errno.EINVAL);
    }

    private static Path place(Path target) {
        return target.toAbsolutePath().normalize();
    }

    private static void require(boolean holds, String call, Errno otherwise) throws ErrnoException {
        if (!holds) {
            throw new ErrnoException(call, otherwise);
        }
    }
}
