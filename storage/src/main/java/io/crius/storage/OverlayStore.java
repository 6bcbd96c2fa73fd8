package io.crius.storage;

import io.crius.linux.IoCallable;
import io.crius.linux.Linux;
import io.crius.linux.StatFs;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.model.LayerId;
import io.crius.storage.disk.NewFile;
import io.crius.storage.lock.StoreLock;
import io.crius.storage.overlay.DriverHomeMount;
import io.crius.storage.overlay.LayerFolders;
import io.crius.storage.overlay.LayerMounts;
import io.crius.storage.record.ContainerRecord;
import io.crius.storage.record.ImageRecord;
import io.crius.storage.record.LayerRecord;
import io.crius.storage.record.MountRecord;
import io.crius.storage.record.RecordTable;
import io.crius.storage.record.Snapshot;
import io.crius.storage.tarsplit.AssembledTar;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** A store with the overlay driver. Here the pieces are put together, look-ups answered, and errors
 * given the name of the operation. */
final class OverlayStore implements Store {
    private final StoreOptions options;
    private final StorePaths paths;
    private final Linux linux;
    private final StoreLock storageLock;
    private final LayerFolders folders;
    private final Layers layers;
    private final Images images;
    private final Containers containers;
    private final Mountings mountings;
    private final Changes changes;

    private OverlayStore(StoreOptions options, Linux linux) {
        this.options = options;
        this.linux = linux;
        this.paths = new StorePaths(options.graphRoot(), options.runRoot());
        this.storageLock = new StoreLock(paths.storageLock(), linux);
        this.folders = new LayerFolders(paths.driver(), linux);
        var mounts = new LayerMounts(folders, options.mountOptions(), linux);
        RecordTable<MountRecord> mountTable =
                RecordTable.ofRunRoot(paths.runLayers(), "mountpoints", MountRecord::new, linux);
        this.layers = new Layers(paths, mountTable, folders, mounts, linux);
        this.images = new Images(paths, layers, linux);
        this.containers = new Containers(paths, linux);
        Optional<DriverHomeMount> home = options.driverHome() == DriverHome.PRIVATE_MOUNT
                ? Optional.of(new DriverHomeMount(paths.driver(), linux))
                : Optional.empty();
        this.mountings = new Mountings(storageLock, layers, mountTable, mounts, home);
        this.changes = new Changes(layers, images, containers);
    }

    static OverlayStore open(StoreOptions options, Linux linux) {
        return run("open the store at " + options.graphRoot(), () -> {
            var store = new OverlayStore(options, linux);
            store.prepare();
            return store;
        });
    }

    /** Makes what is missing and removes what dead processes left. Locks are taken one after the other. */
    private void prepare() throws IOException {
        paths.create();
        try (StoreLock.Held _ = storageLock.acquire()) {
            mountings.ensureHome();
            Path marker = paths.driver().resolve(".has-mount-program");
            if (!Files.exists(marker)) {
                NewFile.replace(marker, "false".getBytes(StandardCharsets.US_ASCII), NewFile.Sync.NONE, linux);
            }
        }
        images.recover();
        containers.recover();
        layers.recover();
    }

    @Override
    public Optional<StoredLayer> layer(LayerId id) {
        return run("look up layer " + id, () -> layers.read().byId(id.value()).flatMap(Stored::layer));
    }

    @Override
    public List<StoredLayer> layersByDiffId(Digest diffId) {
        return layersWith(layer -> layer.diffId().equals(Optional.of(diffId)));
    }

    @Override
    public List<StoredLayer> layersByBlob(Digest blob) {
        return layersWith(layer -> layer.blobDigest().equals(Optional.of(blob)));
    }

    private List<StoredLayer> layersWith(Predicate<StoredLayer> wanted) {
        return run(
                "list layers",
                () -> layers.read().all().stream()
                        .flatMap(record -> Stored.layer(record).stream())
                        .filter(wanted)
                        .toList());
    }

    @Override
    public LayerStaging stageLayer() {
        return run("stage a layer", () -> layers.stage(options.sync()));
    }

    @Override
    public LayerId commitLayer(LayerStaging staging, Optional<LayerId> parent, LayerBlob blob) {
        if (!(staging instanceof StagedLayer staged)) {
            throw new IllegalArgumentException("staged by another store: " + staging);
        }
        LayerId id = Store.layerId(parent, staged.unpacked().diffId());
        return run("commit layer " + id, () -> {
            try (staged) {
                changes.commit(id, staged, parent.map(LayerId::value), blob);
            }
            return id;
        });
    }

    @Override
    public InputStream layerTar(LayerId id) {
        return run("read layer " + id, () -> {
            if (layers.read().byId(id.value()).isEmpty()) {
                throw new CriusException.NotFound("layer " + id + " is not in the store");
            }
            try {
                return AssembledTar.open(layers.tarSplit(id.value()), folders.trees(id.value()), linux);
            } catch (NoSuchFileException _) {
                throw new CriusException.NotFound("layer " + id + " has no record of the stream that it came as");
            }
        });
    }

    @Override
    public List<StoredImage> images() {
        return run(
                "list images",
                () -> images.read().all().stream()
                        .flatMap(record -> Stored.image(record).stream())
                        .toList());
    }

    @Override
    public Optional<StoredImage> image(ImageId id) {
        return run("look up image " + id, () -> images.read().byId(id.value()).flatMap(Stored::image));
    }

    @Override
    public Optional<StoredImage> imageByName(String name) {
        return run("look up image " + name, () -> images.read().byName(name).flatMap(Stored::image));
    }

    @Override
    public Optional<StoredImage> lookupImage(String idOrName) {
        return run("look up image " + idOrName, () -> {
            Snapshot<ImageRecord> all = images.read();
            return all.byId(idOrName)
                    .or(() -> all.byName(idOrName))
                    .or(() -> onlyWithPrefix(all, idOrName))
                    .flatMap(Stored::image);
        });
    }

    private static Optional<ImageRecord> onlyWithPrefix(Snapshot<ImageRecord> all, String prefix) {
        List<ImageRecord> found = prefix.isEmpty()
                ? List.of()
                : all.all().stream()
                        .filter(record -> record.id().startsWith(prefix))
                        .limit(2)
                        .toList();
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    @Override
    public StoredImage putImage(NewImage image) {
        return run(
                "store image " + image.id(),
                () -> Stored.image(images.put(image)).orElseThrow(() -> new AssertionError("a valid image")));
    }

    @Override
    public void addImageName(ImageId id, String name) {
        run("name image " + id + " " + name, () -> {
            images.addName(id, name);
            return id;
        });
    }

    @Override
    public Optional<ImageId> removeImageName(String name) {
        return run("remove image name " + name, () -> images.removeName(name));
    }

    @Override
    public void deleteImage(ImageId id) {
        run("delete image " + id, () -> {
            changes.deleteImage(id);
            return id;
        });
    }

    @Override
    public int deleteUnusedLayers(Instant createdBefore) {
        return run("delete unused layers", () -> changes.deleteUnusedLayers(createdBefore));
    }

    @Override
    public byte[] imageData(ImageId id, String key) {
        return run("read data of image " + id, () -> images.data(id, key));
    }

    @Override
    public OptionalLong imageSize(ImageId id) {
        return run("measure image " + id, () -> images.size(id));
    }

    @Override
    public Path mountImage(ImageId id) {
        return run("mount image " + id, () -> mountings.mount(topLayer(id), LayerMounts.Access.READ_ONLY));
    }

    private String topLayer(ImageId id) throws IOException {
        return images.require(images.read(), id)
                .layer()
                .orElseThrow(() -> new CriusException.FailedPrecondition(
                        "image " + id + " has no layers, so there is nothing to mount"));
    }

    @Override
    public void unmountImage(ImageId id) {
        run("unmount image " + id, () -> {
            Optional<String> layer = images.read().byId(id.value()).flatMap(ImageRecord::layer);
            if (layer.isPresent()) {
                mountings.unmount(layer.get());
            }
            return id;
        });
    }

    @Override
    public List<StoredContainer> containers() {
        return run(
                "list containers",
                () -> containers.read().all().stream()
                        .flatMap(record -> Stored.container(record).stream())
                        .toList());
    }

    @Override
    public Optional<StoredContainer> container(ContainerId id) {
        return run(
                "look up container " + id,
                () -> containers.read().byId(id.value()).flatMap(Stored::container));
    }

    @Override
    public StoredContainer createContainer(NewContainer container) {
        return run(
                "create container " + container.id(),
                () -> Stored.container(changes.createContainer(container))
                        .orElseThrow(() -> new AssertionError("a valid container")));
    }

    @Override
    public Path mountContainer(ContainerId id) {
        return run("mount container " + id, () -> mountings.mount(layerOf(id), LayerMounts.Access.READ_WRITE));
    }

    @Override
    public Optional<Path> mountedContainer(ContainerId id) {
        return run("look up the mount of container " + id, () -> mountings.mounted(layerOf(id)));
    }

    private String layerOf(ContainerId id) throws IOException {
        return containers
                .require(id)
                .layer()
                .orElseThrow(() -> new CriusException.FailedPrecondition("container " + id + " has no layer"));
    }

    @Override
    public void unmountContainer(ContainerId id) {
        run("unmount container " + id, () -> {
            Optional<String> layer = containers.read().byId(id.value()).flatMap(ContainerRecord::layer);
            if (layer.isPresent()) {
                mountings.unmount(layer.get());
            }
            return id;
        });
    }

    @Override
    public void deleteContainer(ContainerId id) {
        run("delete container " + id, () -> {
            changes.deleteContainer(id);
            return id;
        });
    }

    @Override
    public Path containerFolder(ContainerId id) {
        return containers.userdata(id.value());
    }

    @Override
    public Path containerRunFolder(ContainerId id) {
        return run("make the run folder of container " + id, () -> {
            containers.require(id);
            Path folder = containers.runUserdata(id.value());
            StorePaths.makePrivate(folder);
            return folder;
        });
    }

    @Override
    public void setContainerMetadata(ContainerId id, String metadata) {
        run("change the metadata of container " + id, () -> {
            containers.setMetadata(id, metadata);
            return id;
        });
    }

    @Override
    public StoreUsage usage() {
        return run("measure the store", () -> {
            Snapshot<LayerRecord> all = layers.read();
            long layerBytes = all.all().stream()
                    .mapToLong(layer -> layer.diffSize().orElse(0))
                    .sum();
            return new StoreUsage(
                    paths.graphRoot(),
                    filesystem(),
                    layerBytes,
                    all.size(),
                    images.read().size(),
                    containers.read().size());
        });
    }

    private StoreUsage.Filesystem filesystem() throws IOException {
        StatFs stat = linux.features().statFs(paths.graphRoot());
        return new StoreUsage.Filesystem(
                stat.blocks() * stat.blockSize(),
                stat.freeBlocks() * stat.blockSize(),
                stat.availableBlocks() * stat.blockSize(),
                stat.files(),
                stat.freeFiles());
    }

    @Override
    public void close() {
        run("close the store", () -> {
            mountings.releaseHome();
            return paths;
        });
    }

    private static <T> T run(String what, IoCallable<T> work) {
        try {
            return work.call();
        } catch (InterruptedIOException e) {
            throw new CriusException.Cancelled(what + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new CriusException.Failed(what + ": " + e.getMessage(), e);
        }
    }
}
