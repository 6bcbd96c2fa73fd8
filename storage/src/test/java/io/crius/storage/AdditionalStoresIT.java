package io.crius.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.MountFlag;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.LayerId;
import io.crius.oci.runtime.IdMapping;
import io.crius.storage.archive.TarBuilder;
import io.crius.storage.owner.IdMappings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A store that is only read, on a medium that cannot be written and without lock files, below a store of our own. */
final class AdditionalStoresIT {
    private static final String SHARED = "reg/shared:1";

    @TempDir
    Path folder;

    private final Linux linux = Linux.real();
    private final long descriptors = Fd.openCount();
    private Path media;
    /** Opened by each test, when the medium is there. */
    @SuppressWarnings("NullAway.Init")
    private Store store;

    @BeforeEach
    void requireRoot() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
        media = Files.createDirectory(folder.resolve("media"));
    }

    @AfterEach
    void nothingStays() throws IOException {
        if (store != null) {
            store.containers().forEach(container -> store.deleteContainer(container.id()));
            store.close();
        }
        ForeignTools.unmountBelow(folder, linux);
        assertThat(Fd.openCount()).isEqualTo(descriptors);
    }

    /** Fills the medium with an image of two layers, takes the lock files away, and makes it read-only. */
    private TestImage publish(DriverKind driver) throws IOException {
        return publish(driver, Locks.ABSENT);
    }

    /** podman up to 4.3 wants lock files, also where it only reads. */
    private enum Locks {
        ABSENT,
        KEPT
    }

    private TestImage publish(DriverKind driver, Locks locks) throws IOException {
        TestImage image = TestImage.of(StoreAgainstPodmanIT.baseLayer(), StoreAgainstPodmanIT.upperLayer());
        StoreOptions options =
                StoreOptions.of(media, folder.resolve("media-run")).with(driver);
        try (Store first = Store.open(options, linux)) {
            image.putInto(first, SHARED);
        }
        ForeignTools.unmountBelow(folder, linux);
        if (locks == Locks.ABSENT) {
            deleteLocks();
        }
        linux.mounts().bind(media, media, io.crius.linux.Depth.SINGLE);
        linux.mounts().mount("none", media, "", Set.of(MountFlag.BIND, MountFlag.REMOUNT, MountFlag.RDONLY), "");
        store = Store.open(
                StoreOptions.of(folder.resolve("root"), folder.resolve("run"))
                        .with(driver)
                        .withList(List.of("additionalimagestore=" + media)),
                linux);
        return image;
    }

    private void deleteLocks() throws IOException {
        try (Stream<Path> files = Files.walk(media)) {
            for (Path lock :
                    files.filter(file -> file.toString().endsWith(".lock")).toList()) {
                Files.delete(lock);
            }
        }
    }

    private ContainerId container(StoredImage image, Optional<IdMappings> owners) {
        var id = ContainerId.random();
        store.createContainer(new NewContainer(id, List.of(id.abbreviated()), Optional.of(image.id()), "{}", owners));
        return id;
    }

    @ParameterizedTest
    @EnumSource(names = {"OVERLAY", "VFS"})
    void imagesAndLayersAreFoundThere(DriverKind driver) throws IOException {
        TestImage image = publish(driver);

        StoredImage stored = store.imageByName(SHARED).orElseThrow();
        assertThat(stored.id()).isEqualTo(image.id());
        assertThat(store.images()).hasSize(1);
        assertThat(store.lookupImage(image.id().value().substring(0, 12))).contains(stored);
        assertThat(store.imageData(image.id(), "manifest")).isNotEmpty();
        assertThat(store.imageSize(image.id())).isPresent();
        LayerId top = stored.topLayer().orElseThrow();
        assertThat(store.layer(top)).isPresent();
        assertThat(store.layerTar(top).readAllBytes()).isEqualTo(StoreAgainstPodmanIT.upperLayer());
        assertThat(store.layersByDiffId(image.diffIds().getFirst())).hasSize(1);
        assertThat(store.usage().layers()).isZero();
        assertThat(store.check().toString()).isEqualTo("clean, 0 layers");
        assertThat(store.deleteUnusedLayers(java.time.Instant.now())).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"OVERLAY", "VFS"})
    void containersStandOnTheirLayers(DriverKind driver) throws IOException {
        publish(driver);
        StoredImage stored = store.imageByName(SHARED).orElseThrow();

        Path root = store.mountContainer(container(stored, Optional.empty()));

        assertThat(root.resolve("etc/café")).hasContent("unicode");
        assertThat(root.resolve("etc/gone")).doesNotExist();
        Files.writeString(root.resolve("etc/café"), "mine");
        Path other = store.mountContainer(container(stored, Optional.empty()));
        assertThat(other.resolve("etc/café")).hasContent("unicode");
    }

    @Test
    void containersWithAUserNamespaceStandOnThemToo() throws IOException {
        publish(DriverKind.OVERLAY);
        var owners =
                new IdMappings(List.of(new IdMapping(0, 100_000, 65_536)), List.of(new IdMapping(0, 100_000, 65_536)));

        Path root = store.mountContainer(container(store.imageByName(SHARED).orElseThrow(), Optional.of(owners)));

        assertThat(Files.getAttribute(root.resolve("owned"), "unix:uid")).isEqualTo(101_000);
    }

    @Test
    void imagesThereAreMountedBelowTheRunRoot() throws IOException {
        TestImage image = publish(DriverKind.OVERLAY);

        Path root = store.mountImage(image.id());

        assertThat(root).startsWith(folder.resolve("run/overlay"));
        assertThat(root.resolve("etc/café")).hasContent("unicode");
        store.unmountImage(image.id());
        assertThat(linux.mounts().isMountPoint(root)).isFalse();
    }

    @Test
    void anotherImageIsBuiltOnTheirLayers() throws IOException {
        TestImage below = publish(DriverKind.OVERLAY);
        byte[] top = new TarBuilder().file("top", "ours").build();
        TestImage image = TestImage.of(StoreAgainstPodmanIT.baseLayer(), StoreAgainstPodmanIT.upperLayer(), top);

        StoredImage stored = image.putInto(store, "reg/ours:1");

        assertThat(store.usage().layers())
                .as("the lower ones are not stored again")
                .isEqualTo(1);
        Path root = store.mountContainer(container(stored, Optional.empty()));
        assertThat(root.resolve("top")).hasContent("ours");
        assertThat(root.resolve("etc/café")).hasContent("unicode");
        assertThat(store.imageSize(stored.id())).isPresent();
        store.containers().forEach(each -> store.deleteContainer(each.id()));
        store.deleteImage(stored.id());
        assertThat(store.usage().layers()).isZero();
        assertThat(store.image(below.id())).isPresent();
    }

    @Test
    void theirImagesAreNeitherRenamedNorDeleted() throws IOException {
        TestImage image = publish(DriverKind.OVERLAY);

        assertThatThrownBy(() -> store.deleteImage(image.id()))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("is in the additional image store " + media)
                .hasMessageContaining("remove it there");
        assertThatThrownBy(() -> store.removeImageName(SHARED))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining(media.toString());
        assertThatThrownBy(() -> store.addImageName(image.id(), "reg/other:1"))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining(media.toString());
        assertThat(store.imageByName(SHARED)).isPresent();
    }

    @Test
    void anImagePulledAgainIsOursOnTheirLayers() throws IOException {
        TestImage image = publish(DriverKind.OVERLAY);

        StoredImage stored = image.putInto(store, "reg/mine:1");

        assertThat(stored.names()).containsExactly("reg/mine:1");
        assertThat(store.images()).hasSize(1);
        assertThat(store.imageByName(SHARED)).isPresent();
        assertThat(store.usage().layers()).isZero();
        store.deleteImage(image.id());
        assertThat(store.imageByName(SHARED)).isPresent();
    }

    @Test
    void podmanMakesContainersOfOurImageOnTheirLayers() throws IOException {
        ForeignTools.assumeInstalled();
        publish(DriverKind.OVERLAY, Locks.KEPT);
        TestImage.of(
                        StoreAgainstPodmanIT.baseLayer(),
                        StoreAgainstPodmanIT.upperLayer(),
                        new TarBuilder().file("top", "ours").build())
                .putInto(store, "localhost/ours:1");
        var tools = new ForeignTools(folder.resolve("root"), folder.resolve("run"), folder);
        String option = "overlay.imagestore=" + media;

        assertThat(tools.podman("--storage-opt", option, "images", "--format", "{{.Repository}}"))
                .contains("localhost/ours", "reg/shared");
        tools.podman("--storage-opt", option, "create", "--name", "c", "localhost/ours:1", "/bin/sh");
        Path mounted = Path.of(tools.podman("--storage-opt", option, "mount", "c"));
        assertThat(mounted.resolve("top")).hasContent("ours");
        assertThat(mounted.resolve("etc/café")).hasContent("unicode");
        tools.podman("--storage-opt", option, "umount", "c");
        tools.podman("--storage-opt", option, "rm", "c");
    }
}
