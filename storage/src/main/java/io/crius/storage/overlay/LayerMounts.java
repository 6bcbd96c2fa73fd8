package io.crius.storage.overlay;

import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.MountInfo;
import io.crius.linux.OpenFlag;
import io.crius.linux.OverlayMount;
import io.crius.linux.UnlinkFlag;
import io.crius.linux.UnmountFlag;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Overlay mounts of layers at their {@code merged} folders. For the holder of {@code layers.lock}. */
public final class LayerMounts {
    /** Whether the layer itself may be written through the mount. */
    public enum Access {
        READ_WRITE,
        READ_ONLY
    }

    private static final Set<UnmountFlag> LAZILY = Set.of(UnmountFlag.DETACH, UnmountFlag.NOFOLLOW);

    private final LayerFolders folders;
    private final List<String> options;
    private final Linux linux;

    public LayerMounts(LayerFolders folders, List<String> options, Linux linux) {
        this.folders = folders;
        this.options = options;
        this.linux = linux;
    }

    public Path mountPoint(String layer) {
        return folders.folder(layer).resolve("merged");
    }

    public boolean isMounted(String layer) throws IOException {
        return linux.mounts().isMountPoint(mountPoint(layer));
    }

    public void mount(String layer, Access access) throws IOException {
        Path folder = folders.folder(layer);
        ensureMountPoint(folder);
        List<Path> trees = folders.trees(layer);
        if (trees.size() == 1) {
            // Kernel: overlayfs wants something below, or two lower layers where nothing can be written.
            trees.add(folder.resolve("empty"));
        }
        linux.mounts()
                .overlay(
                        switch (access) {
                            case READ_WRITE ->
                                new OverlayMount(
                                        mountPoint(layer),
                                        trees.subList(1, trees.size()),
                                        Optional.of(trees.getFirst()),
                                        Optional.of(folder.resolve("work")),
                                        options);
                            case READ_ONLY ->
                                new OverlayMount(mountPoint(layer), trees, Optional.empty(), Optional.empty(), options);
                        });
    }

    /** Detaches the mount, however often it was mounted over; without one it does nothing. */
    public void unmount(String layer) throws IOException {
        while (isMounted(layer)) {
            linux.mounts().unmount(mountPoint(layer), LAZILY);
        }
        renewMountPoint(folders.folder(layer));
    }

    /** Detaches whatever is mounted in the layer's folder: before it is removed, since removal would go on inside. */
    public void unmountAllBelow(String layer) throws IOException {
        Path folder = folders.folder(layer);
        List<Path> below = linux.mounts().list().stream()
                .map(MountInfo::mountPoint)
                .filter(mount -> mount.startsWith(folder))
                .sorted(Comparator.comparingInt(Path::getNameCount).reversed())
                .toList();
        for (Path mount : below) {
            linux.mounts().unmount(mount, LAZILY);
        }
    }

    private void ensureMountPoint(Path folder) throws IOException {
        try (Fd fd = open(folder)) {
            linux.attributes().mkdirAt(fd, "merged", 0700);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
    }

    /** Kernel: removing a mount point detaches it in all other mount namespaces, where it may have been copied to. */
    private void renewMountPoint(Path folder) throws IOException {
        try (Fd fd = open(folder)) {
            linux.attributes().unlinkAt(fd, "merged", UnlinkFlag.DIRECTORY);
            linux.attributes().mkdirAt(fd, "merged", 0700);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.EBUSY && e.errno() != Errno.ENOTEMPTY) {
                throw e;
            }
        }
    }

    private Fd open(Path folder) throws ErrnoException {
        return linux.descriptors().open(folder, Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY), 0);
    }
}
