package io.crius.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.model.LayerId;
import io.crius.storage.archive.TarBuilder;
import io.crius.storage.archive.UnpackLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store on private folders, without mounts. Owners of files need root. */
final class OverlayStoreTest {
    @TempDir
    Path folder;

    private final Linux linux = Linux.real();
    private Store store;
    private long descriptors;

    @BeforeEach
    void open() {
        assumeTrue("root".equals(System.getProperty("user.name")), "owners of files need root");
        descriptors = Fd.openCount();
        store = reopened();
    }

    @AfterEach
    void nothingLeaked() {
        if (store != null) {
            store.close();
            assertThat(Fd.openCount()).isEqualTo(descriptors);
            assertThat(root("overlay/tempdirs")).doesNotExist();
            assertThat(root("overlay-layers/tmp")).doesNotExist();
        }
    }

    private Store reopened() {
        return Store.open(
                StoreOptions.of(folder.resolve("root"), folder.resolve("run"))
                        .with(DriverOptions.DEFAULT.with(LayerSync.FILESYSTEM).with(DriverHome.PLAIN_FOLDER)),
                linux);
    }

    private Path root(String path) {
        return folder.resolve("root").resolve(path);
    }

    private static byte[] layer(String content) {
        return new TarBuilder().file("file", content).build();
    }

    /** The folders of containers that only the other tool knows would be taken for leftovers. */
    @Test
    void aStoreThatIsTransientForAnotherToolIsNotOpened() throws IOException {
        Path unknown = Files.createDirectories(root("overlay-containers/" + "c".repeat(64)));
        Path records = folder.resolve("run/overlay-containers/volatile-containers.json");
        Files.writeString(records, "[{\"id\": \"" + "c".repeat(64) + "\"}]");
        assertThatThrownBy(this::reopened)
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("is in use as a transient one: " + records);
        assertThat(unknown).isDirectory();

        Files.writeString(records, "[]\n");
        reopened().close();
        assertThat(unknown).doesNotExist();
    }

    @Test
    void writesLayersTheWayTheOthersReadThem() throws IOException {
        LayerId base = TestImage.putLayer(store, Optional.empty(), layer("base"));
        LayerId middle = TestImage.putLayer(store, Optional.of(base), layer("middle"));
        LayerId top = TestImage.putLayer(store, Optional.of(middle), layer("top"));

        assertThat(base.value()).isEqualTo(Digest.sha256Of(layer("base")).hex());
        assertThat(names("overlay/" + base)).containsExactlyInAnyOrder("diff", "link", "work", "merged", "empty");
        assertThat(names("overlay/" + top))
                .containsExactlyInAnyOrder("diff", "link", "lower", "lower-layers", "work", "merged");
        String baseLink = Files.readString(root("overlay/" + base + "/link"));
        String middleLink = Files.readString(root("overlay/" + middle + "/link"));
        assertThat(baseLink).matches("[A-Z2-7]{26}");
        assertThat(Files.readSymbolicLink(root("overlay/l/" + baseLink))).hasToString("../" + base + "/diff");
        assertThat(root("overlay/" + middle + "/lower")).hasContent("l/" + baseLink);
        assertThat(root("overlay/" + top + "/lower")).hasContent("l/" + middleLink + ":l/" + baseLink);
        assertThat(root("overlay/" + top + "/lower-layers")).hasContent(middle + ":" + base);
        assertThat(mode("overlay/" + top)).isEqualTo("rwx------");
        assertThat(mode("overlay/" + base + "/diff")).isEqualTo("r-xr-xr-x");
        assertThat(mode("overlay/" + top + "/diff")).isEqualTo("r-xr-xr-x");
        assertThat(mode("overlay-layers/" + top + ".tar-split.gz")).isEqualTo("rw-------");
        assertThat(store.layer(top).orElseThrow().parent()).contains(middle);
        assertThat(store.layer(top).orElseThrow().diffSize()).hasValue(layer("top").length);
    }

    private List<String> names(String path) throws IOException {
        try (Stream<Path> entries = Files.list(root(path))) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    private String mode(String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(root(path)));
    }

    @Test
    void namesTheSameContentOnAnotherParentDifferently() {
        LayerId base = TestImage.putLayer(store, Optional.empty(), layer("x"));
        LayerId again = TestImage.putLayer(store, Optional.of(base), layer("x"));

        assertThat(again).isNotEqualTo(base);
        assertThat(store.layersByDiffId(Digest.sha256Of(layer("x")))).hasSize(2);
        assertThat(store.layersByBlob(Digest.sha256Of(layer("x")))).hasSize(2);
    }

    @Test
    void takesALayerThatIsThereAlready() throws IOException {
        LayerId first = TestImage.putLayer(store, Optional.empty(), layer("x"));
        Object inode = Files.getAttribute(root("overlay/" + first + "/diff"), "unix:ino");

        assertThat(TestImage.putLayer(store, Optional.empty(), layer("x"))).isEqualTo(first);
        assertThat(Files.getAttribute(root("overlay/" + first + "/diff"), "unix:ino"))
                .isEqualTo(inode);
    }

    @Test
    void refusesALayerWhoseParentIsGone() {
        assertThatThrownBy(() -> TestImage.putLayer(store, Optional.of(LayerId.random()), layer("x")))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining(
                        "is no longer in the store, another tool removed it meanwhile; pull the image again");
        assertThat(root("overlay-layers/layers.json")).doesNotExist();
    }

    @Test
    void leavesNothingOfALayerThatCannotBeUnpacked() throws IOException {
        byte[] bad = new TarBuilder().file("a", "1").file("../b", "2").build();
        try (LayerStaging staging = store.stageLayer()) {
            assertThatThrownBy(() -> staging.unpack(new ByteArrayInputStream(bad), UnpackLimits.GENEROUS))
                    .isInstanceOf(CriusException.InvalidArgument.class)
                    .hasMessage("unpack layer: tar: entry \"../b\" points outside the layer");
            assertThatThrownBy(() -> store.commitLayer(
                            staging, Optional.empty(), new LayerBlob(Digest.sha256Of(bad), 1, Compression.NONE)))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void handsOnWhatTheCallersStreamThrows() throws IOException {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return read();
            }
        };
        try (LayerStaging staging = store.stageLayer()) {
            assertThatThrownBy(() -> staging.unpack(broken, UnpackLimits.GENEROUS))
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessage("connection reset");
        }
    }

    @Test
    void cancelsWhenInterrupted() {
        try (LayerStaging staging = store.stageLayer()) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> staging.unpack(new ByteArrayInputStream(layer("x")), UnpackLimits.GENEROUS))
                    .isInstanceOf(CriusException.Cancelled.class);
            assertThatThrownBy(() -> store.deleteImage(ImageId.random())).isInstanceOf(CriusException.Cancelled.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void givesEachNameToOneImage() {
        StoredImage first = TestImage.of(layer("1")).putInto(store, "reg/app:1", "reg/app:latest");
        StoredImage second = TestImage.of(layer("2")).putInto(store, "reg/app:latest");

        assertThat(store.imageByName("reg/app:latest").orElseThrow().id()).isEqualTo(second.id());
        assertThat(store.image(first.id()).orElseThrow().names()).containsExactly("reg/app:1");
        assertThat(store.image(first.id()).orElseThrow().namesHistory()).contains("reg/app:latest", "reg/app:1");
        assertThat(store.removeImageName("reg/app:1")).contains(first.id());
        assertThat(store.removeImageName("reg/app:1")).isEmpty();
        assertThat(store.image(first.id()).orElseThrow().names()).isEmpty();
    }

    @Test
    void addsToAnImageThatIsThereAlready() {
        TestImage image = TestImage.of(layer("1"));
        image.putInto(store, "reg/app:1");
        StoredImage again = image.putInto(store, "reg/app@" + image.manifestDigest());

        assertThat(again.names()).containsExactly("reg/app@" + image.manifestDigest(), "reg/app:1");
        assertThat(again.digests()).containsExactly(image.manifestDigest());
        assertThat(again.data()).hasSize(3);
        assertThat(store.images()).containsExactly(again);
    }

    @Test
    void refusesAnImageWithAnotherTopLayerOrWithoutItsLayer() {
        TestImage image = TestImage.of(layer("1"));
        image.putInto(store, "reg/app:1");
        LayerId other = TestImage.putLayer(store, Optional.empty(), layer("2"));

        assertThatThrownBy(() -> store.putImage(image.record(Optional.of(other))))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("exists with a different top layer");
        assertThatThrownBy(() -> store.putImage(image.record(Optional.of(LayerId.random()))))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("is no longer in the store");
    }

    @Test
    void findsImagesByIdNameAndUniquePrefix() {
        StoredImage image = TestImage.of(layer("1")).putInto(store, "reg/app:1");

        assertThat(store.lookupImage(image.id().value())).contains(image);
        assertThat(store.lookupImage("reg/app:1")).contains(image);
        assertThat(store.lookupImage(image.id().abbreviated())).contains(image);
        assertThat(store.lookupImage("")).isEmpty();
        assertThat(store.lookupImage("reg/app:2")).isEmpty();
    }

    @Test
    void keepsTheDataOfImages() {
        StoredImage image = TestImage.of(layer("1")).putInto(store);

        assertThat(Digest.sha256Of(store.imageData(image.id(), "manifest")))
                .isEqualTo(image.digest().orElseThrow());
        assertThatThrownBy(() -> store.imageData(image.id(), "signatures"))
                .isInstanceOf(CriusException.NotFound.class)
                .hasMessageEndingWith("has no data \"signatures\"");
        assertThatThrownBy(() -> store.imageData(ImageId.random(), "manifest"))
                .isInstanceOf(CriusException.NotFound.class)
                .hasMessageEndingWith("is not in the store");
        long data = image.data().stream().mapToLong(StoredImage.DataItem::size).sum();
        assertThat(store.imageSize(image.id())).hasValue(data + layer("1").length);
    }

    @Test
    void deletesAnImageWithTheLayersThatNobodyElseNeeds() {
        StoredImage both = TestImage.of(layer("base"), layer("own")).putInto(store, "a");
        StoredImage other = TestImage.of(layer("base"), layer("other")).putInto(store, "b");
        LayerId base = store.layer(both.topLayer().orElseThrow())
                .orElseThrow()
                .parent()
                .orElseThrow();

        store.deleteImage(both.id());
        store.deleteImage(both.id());

        assertThat(store.image(both.id())).isEmpty();
        assertThat(store.layer(both.topLayer().orElseThrow())).isEmpty();
        assertThat(root("overlay/" + both.topLayer().orElseThrow())).doesNotExist();
        assertThat(root("overlay-layers/" + both.topLayer().orElseThrow() + ".tar-split.gz"))
                .doesNotExist();
        assertThat(root("overlay-images/" + both.id())).doesNotExist();
        assertThat(store.layer(base)).isPresent();
        store.deleteImage(other.id());
        assertThat(store.layer(base)).isEmpty();
        assertThat(root("overlay/l")).isEmptyDirectory();
        assertThat(store.usage().layers()).isZero();
    }

    @Test
    void keepsWhatAContainerStandsOn() {
        StoredImage image = TestImage.of(layer("base")).putInto(store, "a");
        ContainerId id = ContainerId.random();
        store.createContainer(new NewContainer(id, List.of("k8s_app"), Optional.of(image.id()), "{}"));

        assertThatThrownBy(() -> store.deleteImage(image.id()))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessage("image " + image.id() + " is in use by container " + id
                        + " (k8s_app); remove the container first");
        store.deleteContainer(id);
        store.deleteContainer(id);
        store.deleteImage(image.id());
        assertThat(store.images()).isEmpty();
    }

    @Test
    void makesContainersOnceEach() throws IOException {
        StoredImage image = TestImage.of(layer("base")).putInto(store, "a");
        ContainerId id = ContainerId.random();
        StoredContainer made =
                store.createContainer(new NewContainer(id, List.of("n1", "n2"), Optional.of(image.id()), "meta"));

        assertThat(store.containers()).containsExactly(made);
        assertThat(made.metadata()).isEqualTo("meta");
        assertThat(store.layer(made.layer()).orElseThrow().names()).containsExactly("n1-layer");
        assertThat(store.layer(made.layer()).orElseThrow().parent()).isEqualTo(image.topLayer());
        assertThat(mode("overlay-containers/" + id + "/userdata")).isEqualTo("rwx------");
        assertThat(folder.resolve("run/overlay-containers/" + id + "/userdata")).isDirectory();
        assertThatThrownBy(() -> store.createContainer(new NewContainer(id, List.of("n3"), Optional.empty(), "")))
                .isInstanceOf(CriusException.AlreadyExists.class);
        assertThatThrownBy(() -> store.createContainer(
                        new NewContainer(ContainerId.random(), List.of("n2"), Optional.empty(), "")))
                .isInstanceOf(CriusException.AlreadyExists.class)
                .hasMessageContaining("the container name \"n2\" is in use by container " + id);
        assertThatThrownBy(() -> store.createContainer(
                        new NewContainer(ContainerId.random(), List.of("n4"), Optional.of(ImageId.random()), "")))
                .isInstanceOf(CriusException.NotFound.class);
        store.setContainerMetadata(id, "other");
        assertThat(store.container(id).orElseThrow().metadata()).isEqualTo("other");
        assertThat(store.usage().layers()).isEqualTo(2);
        store.deleteContainer(id);
        assertThat(folder.resolve("run/overlay-containers")).isEmptyDirectory();
        assertThat(root("overlay-containers/" + id)).doesNotExist();
    }

    @Test
    void deletesTheFoldersOfAContainerWhoseDeletionDiedBehindItsRecord() throws IOException {
        ContainerId id = ContainerId.random();
        Path graph = Files.createDirectories(root("overlay-containers/" + id + "/userdata"));
        Path run = Files.createDirectories(folder.resolve("run/overlay-containers/" + id + "/userdata"));

        store.deleteContainer(id);

        assertThat(graph.getParent()).doesNotExist();
        assertThat(run.getParent()).doesNotExist();
    }

    @Test
    void removesRunFoldersWithoutARecordWhenItOpens() throws IOException {
        Path run = Files.createDirectories(folder.resolve("run/overlay-containers/" + ContainerId.random()));
        store.close();

        store = reopened();

        assertThat(run).doesNotExist();
    }

    @Test
    void finishesTheWorkOfTheDead() throws IOException {
        StoredImage image = TestImage.of(layer("base")).putInto(store, "a");
        LayerId base = image.topLayer().orElseThrow();
        String dead = LayerId.random().value();
        String json = Files.readString(root("overlay-layers/layers.json"));
        Files.writeString(
                root("overlay-layers/layers.json"),
                json.replaceFirst(
                        "]$",
                        ",{\"id\":\"" + dead
                                + "\",\"created\":\"0001-01-01T00:00:00Z\",\"flags\":{\"incomplete\":true}}]"));
        Files.createDirectories(root("overlay/" + dead + "/diff/x"));
        Files.createDirectories(root("overlay-layers/" + dead));
        Files.createFile(root("overlay-layers/" + dead + ".tar-split.gz"));
        Files.createDirectories(root("overlay/tempdirs/temp-dir-1/0-addition"));
        Files.createFile(root("overlay/tempdirs/lock-1"));
        Files.createDirectories(root("overlay-images/" + dead));
        Files.createDirectories(root("overlay-containers/" + dead + "/userdata"));
        Files.createFile(root("overlay-images/.tmp-images.json123"));
        assertThat(store.layer(new LayerId(dead))).isEmpty();

        store.close();
        store = reopened();

        for (String gone : List.of(
                "overlay/" + dead,
                "overlay-layers/" + dead,
                "overlay-layers/" + dead + ".tar-split.gz",
                "overlay/tempdirs/temp-dir-1",
                "overlay/tempdirs/lock-1",
                "overlay-images/" + dead,
                "overlay-images/.tmp-images.json123",
                "overlay-containers/" + dead)) {
            assertThat(root(gone)).doesNotExist();
        }
        assertThat(root("overlay-layers/layers.json")).hasContent(json);
        assertThat(store.layer(base)).isPresent();
    }

    @Test
    void replacesTheFolderOfALayerWithoutRecord() throws IOException {
        LayerId id = Store.layerId(Optional.empty(), Digest.sha256Of(layer("x")));
        Files.createDirectories(root("overlay/" + id + "/diff"));
        Files.writeString(root("overlay/" + id + "/diff/stale"), "stale");

        TestImage.putLayer(store, Optional.empty(), layer("x"));

        assertThat(root("overlay/" + id + "/diff/stale")).doesNotExist();
        assertThat(root("overlay/" + id + "/diff/file")).hasContent("x");
    }

    @Test
    void takesTheLookOfTheRootFromTheArchiveOrTheParent() throws IOException {
        LayerId base = TestImage.putLayer(
                store, Optional.empty(), new TarBuilder().mode(0711).folder("/").build());
        LayerId child = TestImage.putLayer(store, Optional.of(base), layer("x"));

        assertThat(mode("overlay/" + base + "/diff")).isEqualTo("rwx--x--x");
        assertThat(mode("overlay/" + child + "/diff")).isEqualTo("rwx--x--x");
    }

    @Test
    void makesTheStreamOfALayerAgain() throws IOException {
        LayerId base = TestImage.putLayer(store, Optional.empty(), layer("x"));

        try (InputStream tar = store.layerTar(base)) {
            assertThat(tar.readAllBytes()).isEqualTo(layer("x"));
        }
        assertThatThrownBy(() -> store.layerTar(LayerId.random())).isInstanceOf(CriusException.NotFound.class);
    }

    @Test
    void refusesToOpenAStoreThatItCannotRead() throws IOException {
        Files.writeString(root("overlay-images/images.json"), "{");

        assertThatThrownBy(this::reopened)
                .isInstanceOf(CriusException.DataLoss.class)
                .hasMessageContaining("images.json is unreadable");
        assertThat(root("overlay-images/images.json")).hasContent("{");
        Files.delete(root("overlay-images/images.json"));
    }

    @Test
    void theFirstAnswerIsOneThatWasCounted() {
        TestImage.of(layer("base"), layer("own")).putInto(store, "a");

        StoreUsage usage = store.usage();
        assertThat(usage.images().size().bytes()).isGreaterThan(layer("base").length + (long) layer("own").length);
        assertThat(usage.images().size().inodes()).isGreaterThan(10);
        assertThat(usage.isSplit()).isFalse();
    }
}
