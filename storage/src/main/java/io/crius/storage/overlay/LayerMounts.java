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
import io.crius.storage.disk.TreeRemoval;
import io.crius.storage.driver.DriverPlaces;
import io.crius.storage.driver.MountRequest;
import io.crius.storage.owner.PassableFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Overlay mounts of layers at their {@code merged} folders. For the holder of {@code layers.lock}. */
final class LayerMounts {
    private static final Set<UnmountFlag> LAZILY = Set.of(UnmountFlag.DETACH, UnmountFlag.NOFOLLOW);
    private static final String MERGED = "merged";
    private static final Set<String> TREE_OPTIONS = Set.of("lowerdir=", "lowerdir+=", "datadir+=", "upperdir=");
    private static final Pattern PATH_END = Pattern.compile("[/:]");

    private final DriverPlaces places;
    private final LayerFolders folders;
    private final OverlayOptions options;
    private final Linux linux;

    LayerMounts(DriverPlaces places, LayerFolders folders, OverlayOptions options, Linux linux) {
        this.places = places;
        this.folders = folders;
        this.options = options;
        this.linux = linux;
    }

    Path mountPoint(String layer) {
        return mountFolder(layer).resolve(MERGED);
    }

    /** Layers of stores that are not written are mounted below the run root. */
    private Path mountFolder(String layer) {
        Path folder = folders.folder(layer);
        boolean readOnly = places.readOnly().stream().anyMatch(folder::startsWith);
        return readOnly ? places.run().resolve(layer) : folder;
    }

    boolean isMounted(String layer) throws IOException {
        return linux.mounts().isMountPoint(mountPoint(layer));
    }

    void mount(MountRequest request) throws IOException {
        ensureMountPoint(mountFolder(request.layer()));
        List<Path> trees = trees(request.layer());
        if (request.owners().isEmpty()) {
            mount(request, trees);
            return;
        }
        PassableFolders.above(mountPoint(request.layer()), linux);
        try (var mapped = new MappedLowers(places, folders.folder(request.layer()), linux)) {
            mount(request, mapped.of(trees, request.owners().get()));
        }
    }

    /** Mounts the layer read-only at any place. Needs no lock. */
    void mountAt(String layer, Path target, String label) throws IOException {
        linux.mounts()
                .overlay(new OverlayMount(
                        target, trees(layer), Optional.empty(), Optional.empty(), options.forReading(label)));
    }

    /** Kernel: overlayfs wants something below, or two lower layers where nothing can be written. */
    private List<Path> trees(String layer) throws IOException {
        List<Path> trees = folders.trees(layer);
        if (trees.size() == 1) {
            trees.add(folders.folder(layer).resolve("empty"));
        }
        return trees;
    }

    private void mount(MountRequest request, List<Path> trees) throws IOException {
        Path target = mountPoint(request.layer());
        linux.mounts()
                .overlay(
                        switch (request.access()) {
                            case READ_WRITE -> writable(request, target, trees);
                            case READ_ONLY ->
                                new OverlayMount(
                                        target,
                                        trees,
                                        Optional.empty(),
                                        Optional.empty(),
                                        options.forReading(request.label()));
                        });
    }

    private OverlayMount writable(MountRequest request, Path target, List<Path> trees) throws IOException {
        String layer = request.layer();
        Path work = folders.folder(layer).resolve("work");
        // Kernel: an overlay that was mounted volatile leaves this mark when the machine goes down, and is not mounted
        // again.
        TreeRemoval.remove(work.resolve("work/incompat/volatile"));
        return new OverlayMount(
                target,
                trees.subList(1, trees.size()),
                Optional.of(folders.diff(layer)),
                Optional.of(work),
                options.forWriting(linux, request.label()));
    }

    /** Some overlay of this process's mount table that the layer is a part of. Needs no lock. */
    Optional<Path> over(String layer) throws IOException {
        Set<String> names = folders.link(layer).map(link -> Set.of(layer, link)).orElse(Set.of(layer));
        return linux.mounts().list().stream()
                .filter(mount -> mount.type().equals("overlay"))
                .filter(mount -> mount.superOptions().stream().anyMatch(option -> names(option, names)))
                .map(MountInfo::mountPoint)
                .findFirst();
    }

    /**
     * Kernel: a tree is named as whoever mounted it did, all in one {@code lowerdir} with colons between them, or one by one.
     * Compat: other tools name it by the layer's short name; with mapped owners it lay below another folder.
     */
    private static boolean names(String option, Set<String> names) {
        int value = option.indexOf('=') + 1;
        return value > 0
                && TREE_OPTIONS.contains(option.substring(0, value))
                && PATH_END.splitAsStream(option.substring(value)).anyMatch(names::contains);
    }

    void unmount(String layer) throws IOException {
        while (isMounted(layer)) {
            linux.mounts().unmount(mountPoint(layer), LAZILY);
        }
        renewMountPoint(mountFolder(layer));
    }

    private void ensureMountPoint(Path folder) throws IOException {
        if (folder.startsWith(places.run())) {
            Files.createDirectories(folder);
        }
        try (Fd fd = open(folder)) {
            linux.attributes().mkdirAt(fd, MERGED, 0700);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
    }

    /** Kernel: removing a mount point detaches it in all other mount namespaces, where it may have been copied to. */
    private void renewMountPoint(Path folder) throws IOException {
        try (Fd fd = open(folder)) {
            linux.attributes().unlinkAt(fd, MERGED, UnlinkFlag.DIRECTORY);
            linux.attributes().mkdirAt(fd, MERGED, 0700);
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
