package io.crius.storage;

import io.crius.linux.Linux;
import io.crius.model.CriusException;
import io.crius.storage.driver.DriverHomeMount;
import io.crius.storage.driver.DriverPlaces;
import io.crius.storage.driver.StorageDriver;
import io.crius.storage.lock.StoreLock;
import io.crius.storage.overlay.OverlayDriver;
import io.crius.storage.overlay.OverlayOptions;
import io.crius.storage.record.MountRecord;
import io.crius.storage.record.RecordTable;
import io.crius.storage.whole.WholeTreeDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The pieces of a store, put together as its options say. */
final class StoreParts {
    /** A file of records that has none. */
    private static final Set<String> NOTHING = Set.of("", "[]", "null");

    private final StoreOptions options;
    private final Linux linux;
    private final StorePaths paths;
    private final StorePaths imagePaths;
    private final List<StorePaths> additional;
    private final StoreLock storageLock;
    private final LayerStores layers;
    private final Images images;
    private final Containers containers;
    private final Mountings mountings;
    private final StoreMeter meter;

    StoreParts(StoreOptions options, Linux linux) {
        this.options = options;
        this.linux = linux;
        this.paths = new StorePaths(options.graphRoot(), options.runRoot(), options.driver());
        this.imagePaths = options.imageStore()
                .map(root -> new StorePaths(root, options.runRoot(), options.driver()))
                .orElse(paths);
        this.additional = options.additionalStores().stream()
                .map(root -> new StorePaths(root, options.runRoot(), options.driver()))
                .toList();
        this.storageLock = new StoreLock(paths.storageLock(), linux);
        RecordTable<MountRecord> mountTable =
                RecordTable.ofRunRoot(paths.runLayers(), "mountpoints", MountRecord::new, linux);
        var ofContainers = new Layers(paths, mountTable, driver(paths), linux);
        Layers ofImages = isSplit() ? new Layers(imagePaths, mountTable, driver(imagePaths), linux) : ofContainers;
        List<StorePaths> own = isSplit() ? List.of(paths, imagePaths) : List.of(paths);
        this.layers = new LayerStores(ofContainers, ofImages, own, additional, linux);
        this.images = new Images(imagePaths, additional, layers, linux);
        this.containers = new Containers(paths, linux);
        this.mountings = new Mountings(storageLock, layers, mountTable, ofContainers.driver());
        this.meter = new StoreMeter(new StoreMeter.Subject(paths, imagePaths, layers, containers), linux);
    }

    private boolean isSplit() {
        return options.imageStore().isPresent();
    }

    private StorageDriver driver(StorePaths own) {
        List<Path> others = isSplit() ? List.of((own.equals(paths) ? imagePaths : paths).driver()) : List.of();
        List<Path> readOnly = additional.stream().map(StorePaths::driver).toList();
        var places = new DriverPlaces(own.driver(), others, readOnly, own.runDriver());
        DriverOptions driver = options.options();
        return switch (options.driver()) {
            case OVERLAY ->
                new OverlayDriver(
                        places,
                        new OverlayOptions(driver.mountOptions(), driver.durability()),
                        driver.driverHome() == DriverHome.PRIVATE_MOUNT
                                ? Optional.of(new DriverHomeMount(own.driver(), linux))
                                : Optional.empty(),
                        linux);
            case VFS -> WholeTreeDriver.vfs(places, linux);
            case BTRFS -> WholeTreeDriver.btrfs(places, linux);
        };
    }

    /** Makes what is missing and removes what dead processes left. Locks are taken one after the other. */
    void prepare() throws IOException {
        requireNotTransient();
        paths.create();
        if (isSplit()) {
            imagePaths.createImageSide();
        }
        try (StoreLock.Held _ = storageLock.acquire()) {
            layers.containers().driver().prepare();
            layers.images().driver().prepare();
        }
        images.recover();
        containers.recover();
        layers.recover();
    }

    /**
     * Compat: a transient store of podman has its containers' records in the run root, where others do not look; what belongs to
     * them would be taken for what a dead writer left.
     */
    private void requireNotTransient() throws IOException {
        for (Path records : List.of(
                paths.runLayers().resolve("volatile-layers.json"),
                paths.runContainers().resolve("volatile-containers.json"))) {
            if (Files.exists(records)
                    && !NOTHING.contains(Files.readString(records).strip())) {
                throw new CriusException.FailedPrecondition("the store at " + paths.graphRoot()
                        + " is in use as a transient one: " + records + " has records that only its writer sees."
                        + " Remove those containers, or use another root and runroot");
            }
        }
    }

    LayerStores layers() {
        return layers;
    }

    Images images() {
        return images;
    }

    Containers containers() {
        return containers;
    }

    Mountings mountings() {
        return mountings;
    }

    StoreMeter meter() {
        return meter;
    }
}
