package io.crius.storage.overlay;

import io.crius.linux.KernelFeature;
import io.crius.linux.Linux;
import io.crius.linux.OverlayMount;
import io.crius.linux.UnmountFlag;
import io.crius.storage.disk.TempDir;
import io.crius.storage.disk.TempDirs;
import io.crius.storage.driver.DriverPlaces;
import io.crius.storage.owner.IdMappings;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether overlays of this store can have lower layers with other owners: tried once, with folders of its own. Thread-safe.
 *
 * <p>Compat: {@code _CONTAINERS_OVERLAY_DISABLE_IDMAP=yes} in the environment says no, as to the other tools.
 */
final class MappedMountProbe {
    private static final Logger LOG = System.getLogger(MappedMountProbe.class.getName());
    private static final Set<UnmountFlag> LAZILY = Set.of(UnmountFlag.DETACH, UnmountFlag.NOFOLLOW);

    private final DriverPlaces places;
    private final Linux linux;
    private volatile @Nullable Boolean works;

    MappedMountProbe(DriverPlaces places, Linux linux) {
        this.places = places;
        this.linux = linux;
    }

    boolean works(IdMappings owners) throws IOException {
        Boolean known = works;
        if (known == null) {
            known = isAllowed() && attempt(owners);
            works = known;
        }
        return known;
    }

    private boolean isAllowed() {
        return linux.features().has(KernelFeature.IDMAPPED_MOUNT)
                && !"yes".equals(System.getenv("_CONTAINERS_OVERLAY_DISABLE_IDMAP"));
    }

    private boolean attempt(IdMappings owners) throws IOException {
        try (TempDir temp = new TempDirs(places.home().resolve("tempdirs"), linux).create()) {
            Path folder = Files.createDirectory(temp.child("probe"));
            return attempt(folder, owners);
        }
    }

    private boolean attempt(Path folder, IdMappings owners) throws IOException {
        for (String name : List.of("lower", "upper", "work", "merged")) {
            Files.createDirectory(folder.resolve(name));
        }
        Path merged = folder.resolve("merged");
        var own = new DriverPlaces(folder, List.of(), List.of(), folder);
        try (var lowers = new MappedLowers(own, folder, linux)) {
            List<Path> trees = lowers.of(List.of(folder.resolve("upper"), folder.resolve("lower")), owners);
            linux.mounts()
                    .overlay(new OverlayMount(
                            merged,
                            trees.subList(1, 2),
                            Optional.of(trees.getFirst()),
                            Optional.of(folder.resolve("work")),
                            List.of()));
            linux.mounts().unmount(merged, LAZILY);
            return true;
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "overlays cannot show files with the owners of a user namespace here, so each container with one gets"
                            + " copies of its image's files: " + e.getMessage());
            return false;
        }
    }
}
