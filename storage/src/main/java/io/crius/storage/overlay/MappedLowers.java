package io.crius.storage.overlay;

import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.UnmountFlag;
import io.crius.storage.driver.DriverPlaces;
import io.crius.storage.owner.IdMappings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lower trees of one overlay mount as a user namespace sees them: each store's folder is shown once more, with other owners, at
 * {@code <layer>/mapped/<n>}, for as long as the overlay is being mounted. Closing takes that away; the overlay keeps what it
 * uses. Kernel: overlayfs takes such lower layers since 5.19.
 */
final class MappedLowers implements AutoCloseable {
    private static final Set<UnmountFlag> LAZILY = Set.of(UnmountFlag.DETACH, UnmountFlag.NOFOLLOW);

    private final DriverPlaces places;
    private final Path mapped;
    private final Linux linux;
    private final Map<Path, Path> shown = new LinkedHashMap<>();

    MappedLowers(DriverPlaces places, Path layerFolder, Linux linux) {
        this.places = places;
        this.mapped = layerFolder.resolve("mapped");
        this.linux = linux;
    }

    /** The first of the trees is the layer's own, which is written and right on disk; the others are shown. */
    List<Path> of(List<Path> trees, IdMappings owners) throws IOException {
        var paths = new ArrayList<Path>();
        paths.add(trees.getFirst());
        try (Fd users = linux.namespaces().user(owners.uidRanges(), owners.gidRanges())) {
            for (Path tree : trees.subList(1, trees.size())) {
                Path home = places.all().filter(tree::startsWith).findFirst().orElseThrow();
                paths.add(show(home, users).resolve(home.relativize(tree)));
            }
        }
        return paths;
    }

    private Path show(Path home, Fd users) throws IOException {
        Path known = shown.get(home);
        if (known != null) {
            return known;
        }
        Path place = Files.createDirectories(mapped.resolve(Integer.toString(shown.size())));
        linux.mounts().bindMapped(home, place, users);
        shown.put(home, place);
        return place;
    }

    @Override
    public void close() throws IOException {
        for (Path place : shown.values()) {
            linux.mounts().unmount(place, LAZILY);
        }
        for (int i = 0; Files.isDirectory(mapped.resolve(Integer.toString(i))); i++) {
            remove(mapped.resolve(Integer.toString(i)));
        }
        remove(mapped);
    }

    /** What a death in between left mounted is taken away with it. */
    private void remove(Path folder) throws IOException {
        try {
            while (linux.mounts().isMountPoint(folder)) {
                linux.mounts().unmount(folder, LAZILY);
            }
            Files.deleteIfExists(folder);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }
}
