package io.crius.server.recovery;

import io.crius.image.fixture.MemoryStore;
import io.crius.linux.Mounts;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.model.LayerId;
import io.crius.storage.LayerBlob;
import io.crius.storage.LayerStaging;
import io.crius.storage.MountedContainer;
import io.crius.storage.NewContainer;
import io.crius.storage.NewImage;
import io.crius.storage.Store;
import io.crius.storage.StoreUsage;
import io.crius.storage.StoredContainer;
import io.crius.storage.StoredImage;
import io.crius.storage.StoredLayer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A store with one image without layers, and those that are pulled, in memory; containers are real folders. Its container names are
 * unique, as in the real one.
 */
final class FakeStore implements Store {
    static final ImageId IMAGE = new ImageId("1".repeat(64));

    private static final String CONFIG_DIGEST =
            "sha256:1111111111111111111111111111111111111111111111111111111111111111";
    private static final String CONFIG = """
            {"architecture":"amd64","os":"linux","config":{"Cmd":["/bin/sleep"]},"rootfs":{"type":"layers","diff_ids":[]}}
            """;
    private static final String MANIFEST = """
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
             "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},"layers":[]}
            """.formatted(CONFIG_DIGEST, CONFIG.length());

    private final Steps steps;
    private final Path folder;
    private final Mounts images;
    private final MemoryStore pulled = new MemoryStore();
    private final Map<ContainerId, StoredContainer> containers = new ConcurrentHashMap<>();
    private final Set<ContainerId> mounted = ConcurrentHashMap.newKeySet();

    FakeStore(Steps steps, Path folder, Mounts images) {
        this.steps = steps;
        this.images = images;
        this.folder = folder;
    }

    Path graphContainers() {
        return folder.resolve("graph");
    }

    Path runContainers() {
        return folder.resolve("run");
    }

    private Path rootfs(ContainerId id) {
        return folder.resolve("merged").resolve(id.value());
    }

    @Override
    public List<StoredContainer> containers() {
        return List.copyOf(containers.values());
    }

    @Override
    public Optional<StoredContainer> container(ContainerId id) {
        return Optional.ofNullable(containers.get(id));
    }

    @Override
    public StoredContainer createContainer(NewContainer container) {
        return steps.step("make layer of container " + container.id(), () -> {
            for (StoredContainer other : containers.values()) {
                if (other.names().stream().anyMatch(container.names()::contains)) {
                    throw new CriusException.AlreadyExists("container " + other.id() + " has the name already");
                }
            }
            var stored = new StoredContainer(
                    container.id(),
                    container.names(),
                    container.image(),
                    new LayerId("2".repeat(64)),
                    container.metadata(),
                    Instant.EPOCH,
                    container.owners());
            var _ = made(graphContainers().resolve(container.id().value()).resolve("userdata"));
            var _ = made(runContainers().resolve(container.id().value()).resolve("userdata"));
            containers.put(container.id(), stored);
            return stored;
        });
    }

    @Override
    public MountedContainer createMountedContainer(NewContainer container) {
        var _ = createContainer(container);
        Path root = mountContainer(container.id());
        return new MountedContainer() {
            @Override
            public Path root() {
                return root;
            }

            @Override
            public void awaitRecords() {
                boolean _ = steps.step("bring records of container " + container.id() + " to the disk", () -> true);
            }

            @Override
            public void close() {
                // the records of this store are there
            }
        };
    }

    @Override
    public Path mountContainer(ContainerId id) {
        return steps.step("mount container " + id, () -> {
            require(id);
            if (!mounted.add(id)) {
                throw new AssertionError("mounted twice: " + id);
            }
            return made(rootfs(id));
        });
    }

    @Override
    public Optional<Path> mountedContainer(ContainerId id) {
        return mounted.contains(id) ? Optional.of(rootfs(id)) : Optional.empty();
    }

    @Override
    public void unmountContainer(ContainerId id) {
        boolean _ = steps.step("unmount container " + id, () -> mounted.remove(id));
    }

    @Override
    public void deleteContainer(ContainerId id) {
        boolean _ = steps.step("delete layer of container " + id, () -> {
            mounted.remove(id);
            delete(rootfs(id));
            delete(graphContainers().resolve(id.value()));
            delete(runContainers().resolve(id.value()));
            return containers.remove(id) != null;
        });
    }

    private void require(ContainerId id) {
        if (!containers.containsKey(id)) {
            throw new CriusException.NotFound("no container " + id);
        }
    }

    private static Path made(Path path) {
        try {
            return Files.createDirectories(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path path) {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<StoredImage> images() {
        return Stream.concat(Stream.of(image(IMAGE).orElseThrow()), pulled.images().stream())
                .toList();
    }

    @Override
    public Optional<StoredImage> image(ImageId id) {
        return id.equals(IMAGE)
                ? Optional.of(new StoredImage(
                        IMAGE,
                        Optional.empty(),
                        List.of(),
                        List.of("localhost/idle:latest"),
                        List.of(),
                        Optional.empty(),
                        "{}",
                        Instant.EPOCH,
                        List.of()))
                : pulled.image(id);
    }

    @Override
    public Optional<StoredImage> imageByName(String name) {
        return images().stream().filter(image -> image.names().contains(name)).findFirst();
    }

    @Override
    public Optional<StoredImage> lookupImage(String idOrName) {
        return idOrName.equals(IMAGE.value())
                ? image(IMAGE)
                : imageByName(idOrName).or(() -> pulled.lookupImage(idOrName));
    }

    @Override
    public byte[] imageData(ImageId id, String key) {
        if (!id.equals(IMAGE)) {
            return pulled.imageData(id, key);
        }
        return switch (key) {
            case "manifest" -> MANIFEST.getBytes(StandardCharsets.UTF_8);
            case CONFIG_DIGEST -> CONFIG.getBytes(StandardCharsets.UTF_8);
            default -> throw new CriusException.NotFound("image " + id + " has no data " + key);
        };
    }

    @Override
    public OptionalLong imageSize(ImageId id) {
        return OptionalLong.of(1);
    }

    @Override
    public int deleteUnusedLayers(Instant createdBefore) {
        return steps.step("delete unused layers", () -> pulled.deleteUnusedLayers(createdBefore));
    }

    @Override
    public void close() {}

    /** Mounts do not outlive the machine. */
    void reboot() {
        mounted.clear();
    }

    boolean isMounted(ContainerId id) {
        return mounted.contains(id);
    }

    /** What no image can ever have of a pull that is over. */
    List<String> halfMade() {
        var left = new ArrayList<String>();
        if (pulled.stagings() > 0) {
            left.add(pulled.stagings() + " staged layers");
        }
        pulled.images().stream()
                .filter(image -> image.topLayer().isPresent()
                        && pulled.layer(image.topLayer().get()).isEmpty())
                .forEach(image -> left.add("image without its layer " + image.names()));
        return left;
    }

    List<String> leftovers() {
        var left = new ArrayList<String>();
        pulled.layerIds().forEach(id -> left.add("layer " + id));
        pulled.images().forEach(image -> left.add("image " + image.names()));
        if (pulled.stagings() > 0) {
            left.add(pulled.stagings() + " staged layers");
        }
        containers.keySet().forEach(id -> left.add("layer of container " + id));
        mounted.forEach(id -> left.add("root mount of container " + id));
        return left;
    }

    // ---- what the operations under test have no business with

    @Override
    public Optional<StoredLayer> layer(LayerId id) {
        return pulled.layer(id);
    }

    @Override
    public List<StoredLayer> layersByDiffId(Digest diffId) {
        return pulled.layersByDiffId(diffId);
    }

    @Override
    public List<StoredLayer> layersByBlob(Digest blob) {
        return pulled.layersByBlob(blob);
    }

    /** Who gets no layer to stage has none to discard: the store takes back what it began. */
    @Override
    public LayerStaging stageLayer() {
        LayerStaging staging = pulled.stageLayer();
        try {
            return steps.step("stage layer", () -> staging);
        } catch (CriusException e) {
            staging.close();
            throw e;
        }
    }

    @Override
    public LayerId commitLayer(LayerStaging staging, Optional<LayerId> parent, LayerBlob blob) {
        return steps.step("commit layer", () -> pulled.commitLayer(staging, parent, blob));
    }

    @Override
    public InputStream layerTar(LayerId id) {
        throw unexpected();
    }

    @Override
    public StoredImage putImage(NewImage image) {
        return steps.step("record image", () -> pulled.putImage(image));
    }

    @Override
    public void addImageName(ImageId id, String name) {
        boolean _ = steps.step("name image", () -> {
            pulled.addImageName(id, name);
            return true;
        });
    }

    @Override
    public Optional<ImageId> removeImageName(String name) {
        return steps.step("remove name of image", () -> pulled.removeImageName(name));
    }

    @Override
    public void deleteImage(ImageId id) {
        Optional<LayerId> top = steps.step("delete image", () -> pulled.forgetImage(id));
        top.ifPresent(layer -> {
            boolean _ = steps.step("delete layers of image", () -> {
                pulled.deleteLayers(layer);
                return true;
            });
        });
    }

    @Override
    public Path mountImage(ImageId id) {
        throw unexpected();
    }

    @Override
    public void mountImageAt(ImageId id, Path target, String label) {
        boolean _ = steps.step("mount image at " + target, () -> {
            try {
                images.mount("overlay", target, "overlay", Set.of(), "");
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Override
    public void unmountImage(ImageId id) {
        throw unexpected();
    }

    @Override
    public void setContainerMetadata(ContainerId id, String metadata) {
        throw unexpected();
    }

    @Override
    public io.crius.storage.StoreFindings check() {
        throw unexpected();
    }

    @Override
    public Optional<String> damage(ImageId id) {
        return Optional.empty();
    }

    @Override
    public StoreUsage usage() {
        throw unexpected();
    }

    @Override
    public void beginCounting() {
        throw unexpected();
    }

    @Override
    public void requireReplaceable(LayerId id) {
        pulled.requireReplaceable(id);
    }

    @Override
    public void deleteLayers(LayerId top) {
        boolean _ = steps.step("delete layers", () -> {
            pulled.deleteLayers(top);
            return true;
        });
    }

    private static AssertionError unexpected() {
        return new AssertionError("not expected of a pod or container operation");
    }
}
