package io.crius.storage;

import io.crius.linux.IoCallable;
import io.crius.linux.Linux;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.model.Latest;
import io.crius.model.LayerId;
import io.crius.storage.driver.MountRequest;
import io.crius.storage.driver.StorageDriver;
import io.crius.storage.record.ContainerRecord;
import io.crius.storage.record.ImageRecord;
import io.crius.storage.record.LayerRecord;
import io.crius.storage.record.Snapshot;
import io.crius.storage.tarsplit.AssembledTar;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** A store on disk. Here look-ups are answered, and errors given the name of the operation. */
final class DiskStore implements Store {
    private final StoreOptions options;
    private final Linux linux;
    private final StoreParts parts;
    private final LayerStores layers;
    private final Images images;
    private final Containers containers;
    private final Mountings mountings;
    private final Changes changes;
    private final LayerCommit commits;
    private final Damage damage = new Damage();
    private final Latest<Snapshot<ImageRecord>, List<StoredImage>> imageList = new Latest<>(all ->
            all.all().stream().flatMap(record -> Stored.image(record).stream()).toList());

    private DiskStore(StoreOptions options, Linux linux) {
        this.options = options;
        this.linux = linux;
        this.parts = new StoreParts(options, linux);
        this.layers = parts.layers();
        this.images = parts.images();
        this.containers = parts.containers();
        this.mountings = parts.mountings();
        this.changes = new Changes(layers, images, containers, mountings);
        this.commits = new LayerCommit(layers, damage, mountings);
    }

    static DiskStore open(StoreOptions options, Linux linux) {
        return run("open the store at " + options.graphRoot(), () -> {
            var store = new DiskStore(options, linux);
            store.parts.prepare();
            return store;
        });
    }

    @Override
    public Optional<StoredLayer> layer(LayerId id) {
        return run(
                "look up layer " + id,
                () -> layers.read().byId(id.value()).flatMap(Stored::layer).filter(_ -> !damage.has(id)));
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
                        .filter(layer -> !damage.has(layer.id()))
                        .toList());
    }

    @Override
    public LayerStaging stageLayer() {
        return run("stage a layer", () -> layers.images().stage(options.options()));
    }

    @Override
    public LayerId commitLayer(LayerStaging staging, Optional<LayerId> parent, LayerBlob blob) {
        if (!(staging instanceof StagedLayer staged)) {
            throw new IllegalArgumentException("staged by another store: " + staging);
        }
        LayerId id = Store.layerId(parent, staged.unpacked().diffId());
        return run("commit layer " + id, () -> {
            try (staged) {
                commits.commit(id, staged, parent.map(LayerId::value), blob);
            }
            return id;
        });
    }

    @Override
    public void requireReplaceable(LayerId id) {
        run("look up the mounts of layer " + id, () -> {
            commits.requireReplaceable(id);
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
                return AssembledTar.open(
                        layers.tarSplit(id.value()),
                        layers.containers().driver().trees(id.value()),
                        linux);
            } catch (NoSuchFileException _) {
                throw new CriusException.NotFound("layer " + id + " has no record of the stream that it came as");
            }
        });
    }

    @Override
    public List<StoredImage> images() {
        return run("list images", () -> imageList.of(images.read()));
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
        return run("store image " + image.id(), () -> {
            StoredImage stored = Stored.image(images.put(image)).orElseThrow(() -> new AssertionError("a valid image"));
            damage.repaired(image.id());
            return stored;
        });
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
    public void deleteLayers(LayerId top) {
        run("delete layer " + top, () -> {
            changes.deleteLayers(top);
            return top;
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
        return run(
                "mount image " + id,
                () -> mountings.mount(new MountRequest(topLayer(id), MountRequest.Access.READ_ONLY, Optional.empty())));
    }

    @Override
    public void mountImageAt(ImageId id, Path target, String label) {
        run("mount image " + id, () -> {
            mountings.mountAt(topLayer(id), target, label);
            return id;
        });
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
    public MountedContainer createMountedContainer(NewContainer container) {
        String what = "create container " + container.id();
        return run(what, () -> {
            Changes.UnseenContainer unseen = changes.createMounted(container);
            return new RecordsOnTheirWay(unseen.root(), () -> run(what, unseen::finish));
        });
    }

    @Override
    public Path mountContainer(ContainerId id) {
        return run("mount container " + id, () -> {
            ContainerRecord record = containers.require(id);
            return mountings.mount(new MountRequest(
                    layerOf(id), MountRequest.Access.READ_WRITE, record.owners(), record.mountLabel()));
        });
    }

    @Override
    public Optional<Path> mountedContainer(ContainerId id) {
        return run("look up the mount of container " + id, () -> mountings.mounted(layerOf(id)));
    }

    @Override
    public Optional<WritableTree> writableTree(ContainerId id) {
        return run("find what container " + id + " writes", () -> {
            Optional<String> layer = containers.read().byId(id.value()).flatMap(ContainerRecord::layer);
            Optional<LayerRecord> record = layer.isEmpty() ? Optional.empty() : layers.finished(layer.get());
            return record.isEmpty() ? Optional.empty() : Optional.of(writableTree(record.get()));
        });
    }

    private WritableTree writableTree(LayerRecord layer) throws IOException {
        StorageDriver driver = layers.containers().driver();
        Optional<Path> within = switch (driver.trees()) {
            case DIFFERENCES -> Optional.empty();
            case WHOLE -> layer.parent().map(driver::folder);
        };
        return new WritableTree(driver.trees(layer.id()).getFirst(), within);
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
    public void setContainerMetadata(ContainerId id, String metadata) {
        run("change the metadata of container " + id, () -> {
            containers.setMetadata(id, metadata);
            return id;
        });
    }

    @Override
    public StoreFindings check() {
        return run("check the store", () -> {
            StoreFindings findings = new StoreCheck(layers, images, linux).run();
            damage.found(findings);
            return findings;
        });
    }

    @Override
    public Optional<String> damage(ImageId id) {
        return damage.isNone() ? Optional.empty() : run("look for damage of image " + id, () -> damageOf(id));
    }

    private Optional<String> damageOf(ImageId id) throws IOException {
        Optional<String> own = damage.of(id);
        if (own.isPresent()) {
            return own;
        }
        Snapshot<LayerRecord> all = layers.read();
        Optional<String> next = images.read().byId(id.value()).flatMap(ImageRecord::layer);
        while (next.isPresent()) {
            Optional<LayerId> layer = Stored.valid(next.get(), LayerId::new);
            if (layer.filter(damage::has).isPresent()) {
                return layer.map(damaged -> "its layer " + damaged + " is damaged");
            }
            next = all.byId(next.get()).flatMap(LayerRecord::parent);
        }
        return Optional.empty();
    }

    @Override
    public StoreUsage usage() {
        return run("measure the store", parts.meter()::usage);
    }

    @Override
    public void beginCounting() {
        parts.meter().begin();
    }

    @Override
    public void close() {
        parts.meter().close();
        run("close the store", () -> {
            mountings.releaseHome();
            return options;
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
