package io.crius.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.linux.Depth;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.UnmountFlag;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.storage.archive.TarBuilder;
import io.crius.storage.disk.TreeRemoval;
import io.crius.storage.overlay.OverlayOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mounts of containers and images, and how they are counted. */
final class StoreMountsIT {
    @TempDir
    Path folder;

    private final Linux linux = Linux.real();
    private final long descriptors = Fd.openCount();
    private Store store;

    @BeforeEach
    void open() {
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
        store = Store.open(options(), linux);
    }

    private StoreOptions options() {
        return StoreOptions.of(folder.resolve("root"), folder.resolve("run"));
    }

    @AfterEach
    void nothingStaysMountedOrOpen() throws IOException {
        if (store != null) {
            store.containers().forEach(container -> store.deleteContainer(container.id()));
            store.images().forEach(image -> store.deleteImage(image.id()));
            store.close();
            assertThat(linux.mounts().list())
                    .noneMatch(mount -> mount.mountPoint().startsWith(folder));
            assertThat(Fd.openCount()).isEqualTo(descriptors);
        }
    }

    private StoredImage image() {
        return TestImage.of(StoreAgainstPodmanIT.baseLayer(), StoreAgainstPodmanIT.upperLayer())
                .putInto(store, "reg/app:1");
    }

    private ContainerId container(Optional<StoredImage> image) {
        var id = ContainerId.random();
        store.createContainer(new NewContainer(id, List.of(id.abbreviated()), image.map(StoredImage::id), "{}"));
        return id;
    }

    private String counts() throws IOException {
        return Files.readString(folder.resolve("run/overlay-layers/mountpoints.json"));
    }

    @Test
    void mountsAContainersRootForWriting() throws IOException {
        StoredImage image = image();
        ContainerId id = container(Optional.of(image));
        assertThat(store.mountedContainer(id)).isEmpty();

        Path root = store.mountContainer(id);
        Files.writeString(root.resolve("etc/new"), "mine");
        Files.delete(root.resolve("etc/café"));

        assertThat(store.mountedContainer(id)).contains(root);
        assertThat(root.resolve("etc/gone")).doesNotExist();
        assertThat(root.resolve("etc/old")).isDirectoryContaining("glob:**/b");
        Path other = store.mountContainer(container(Optional.of(image)));
        assertThat(other.resolve("etc/new")).doesNotExist();
        assertThat(other.resolve("etc/café")).exists();
    }

    @Test
    void goesOnWithANewContainerWhileTheDiskIsWaitedFor() throws IOException {
        StoredImage image = image();
        var disk = new SlowDisk();
        reopen(disk.of(linux));
        disk.begin();
        var id = ContainerId.random();
        try (MountedContainer made = store.createMountedContainer(named(id, image))) {
            Files.writeString(made.root().resolve("etc/new"), "mine");
            assertThat(store.container(id)).isEmpty();
            assertThat(folder.resolve("root/overlay-containers/" + id + "/userdata"))
                    .isDirectory();

            disk.goOn();
            made.awaitRecords();
            assertThat(store.mountedContainer(id)).contains(made.root());
        }
        assertThat(counts()).contains("\"count\":1");
        store.unmountContainer(id);
        assertThat(counts()).isEqualTo("[]");
    }

    @Test
    void leavesNothingOfANewContainerWhoseRecordsTheDiskRefuses() throws IOException {
        StoredImage image = image();
        var disk = new SlowDisk();
        reopen(disk.of(linux));
        disk.begin();
        var id = ContainerId.random();
        Path root;
        try (MountedContainer made = store.createMountedContainer(named(id, image))) {
            root = made.root();
            disk.breakDown();
            assertThatThrownBy(made::awaitRecords)
                    .isInstanceOf(CriusException.Failed.class)
                    .hasMessageContaining("create container " + id + ": fdatasync")
                    .hasMessageContaining("EIO");
        }

        assertThat(root).doesNotExist();
        assertThat(counts()).isEqualTo("[]");
        assertThat(folder.resolve("root/overlay-containers/" + id)).doesNotExist();
        reopen(linux);
        assertThat(container(Optional.of(image))).isNotEqualTo(id);
    }

    private void reopen(Linux other) {
        store.close();
        store = Store.open(options(), other);
    }

    private static NewContainer named(ContainerId id, StoredImage image) {
        return new NewContainer(id, List.of(id.abbreviated()), Optional.of(image.id()), "{}");
    }

    @Test
    void countsTheUsersOfAMount() throws IOException {
        ContainerId id = container(Optional.of(image()));
        Path root = store.mountContainer(id);
        store.mountContainer(id);

        assertThat(counts()).contains("\"path\":\"" + root + "\",\"count\":2");
        store.unmountContainer(id);
        assertThat(linux.mounts().isMountPoint(root)).isTrue();
        store.unmountContainer(id);
        assertThat(linux.mounts().isMountPoint(root)).isFalse();
        assertThat(counts()).isEqualTo("[]");
        store.unmountContainer(id);
    }

    @Test
    void mountsImagesReadOnlyEvenWithOneLayer() throws IOException {
        StoredImage image = TestImage.of(StoreAgainstPodmanIT.baseLayer()).putInto(store, "reg/one:1");
        Path root = store.mountImage(image.id());

        assertThat(root.resolve("etc/café")).hasContent("unicode");
        assertThatThrownBy(() -> Files.writeString(root.resolve("new"), "x"))
                .hasMessageContaining("Read-only file system");
        assertThat(store.mountImage(image.id())).isEqualTo(root);
        store.unmountImage(image.id());
        store.unmountImage(image.id());
        assertThat(linux.mounts().isMountPoint(root)).isFalse();
    }

    @Test
    void refusesToMountAnImageWithoutLayers() {
        StoredImage image = TestImage.of().putInto(store, "reg/empty:1");

        assertThatThrownBy(() -> store.mountImage(image.id()))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("has no layers");
        Path root = store.mountContainer(container(Optional.of(image)));
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void mountsAContainerWithoutImage() throws IOException {
        Path root = store.mountContainer(container(Optional.empty()));

        Files.writeString(root.resolve("file"), "x");
        assertThat(root.resolve("file")).hasContent("x");
    }

    @Test
    void mountsAgainWhatAnotherTookAway() throws IOException {
        ContainerId id = container(Optional.of(image()));
        Path root = store.mountContainer(id);
        Files.writeString(root.resolve("kept"), "kept");
        linux.mounts().unmount(root, Set.of(UnmountFlag.DETACH));
        assertThat(store.mountedContainer(id)).isEmpty();

        assertThat(store.mountContainer(id).resolve("kept")).hasContent("kept");
        // As old podman does when it thinks that nothing is mounted.
        linux.mounts().unmount(folder.resolve("root/overlay"), Set.of(UnmountFlag.DETACH));
        assertThat(store.mountContainer(id).resolve("kept")).hasContent("kept");
        assertThat(linux.mounts().isMountPoint(folder.resolve("root/overlay"))).isTrue();
    }

    /** Kernel: {@code fsync=volatile} in newer ones. */
    private boolean isVolatile(Path root) throws IOException {
        return linux.mounts().list().stream()
                .filter(mount -> mount.mountPoint().equals(root))
                .anyMatch(mount -> mount.superOptions().contains("volatile")
                        || mount.superOptions().contains("fsync=volatile"));
    }

    @Test
    void onlyContainersRootsAreVolatile() throws IOException {
        assumeTrue(linux.features().version().isAtLeast(5, 10), "volatile needs Linux 5.10");
        StoredImage image = image();
        ContainerId id = container(Optional.of(image));
        Path root = store.mountContainer(id);
        assertThat(isVolatile(root)).isTrue();
        assertThat(isVolatile(store.mountImage(image.id()))).isFalse();
        store.unmountImage(image.id());

        // What was written stays when the root is mounted again, on a machine that did not go down.
        Files.writeString(root.resolve("written"), "kept");
        store.unmountContainer(id);
        assertThat(store.mountContainer(id).resolve("written")).hasContent("kept");
        store.unmountContainer(id);

        store.close();
        store = Store.open(options().with(DriverOptions.DEFAULT.with(OverlayOptions.Durability.SYNCED)), linux);
        assertThat(isVolatile(store.mountContainer(id))).isFalse();
        assertThat(root.resolve("written")).hasContent("kept");
    }

    @Test
    void startsAnewAfterAReboot() throws IOException {
        ContainerId id = container(Optional.of(image()));
        Path root = store.mountContainer(id);
        ForeignTools.unmountBelow(folder, linux);
        TreeRemoval.remove(folder.resolve("run"));
        store = Store.open(options(), linux);

        assertThat(store.mountedContainer(id)).isEmpty();
        assertThat(store.mountContainer(id)).isEqualTo(root);
    }

    @Test
    void keepsMountsWhenTheStoreIsClosedAndOpenedAgain() throws IOException {
        ContainerId id = container(Optional.of(image()));
        Path root = store.mountContainer(id);
        store.close();
        assertThat(linux.mounts().isMountPoint(root)).isTrue();

        store = Store.open(options(), linux);
        assertThat(store.mountedContainer(id)).contains(root);
    }

    @Test
    void unmountsWhatIsDeleted() throws IOException {
        ContainerId id = container(Optional.of(image()));
        Path root = store.mountContainer(id);
        store.mountContainer(id);
        Path inner = Files.createDirectory(root.resolve("volume"));
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("kept"), "kept");
        linux.mounts().bind(outside, inner, Depth.SINGLE);

        store.deleteContainer(id);

        assertThat(outside.resolve("kept")).hasContent("kept");
        assertThat(root).doesNotExist();
        assertThat(counts()).isEqualTo("[]");
    }

    @Test
    void mountsMoreLayersThanAPageOfOptionsHolds() throws IOException {
        byte[][] layers = new byte[80][];
        for (int i = 0; i < layers.length; i++) {
            layers[i] = new TarBuilder().file("layer" + i, "x").build();
        }
        StoredImage image = TestImage.of(layers).putInto(store, "reg/deep:1");
        Path root = store.mountContainer(container(Optional.of(image)));

        assertThat(root.resolve("layer0")).hasContent("x");
        assertThat(root.resolve("layer79")).hasContent("x");
    }

    @Test
    void countsNothingWhenTheKernelRefuses() throws IOException {
        store.close();
        store = Store.open(options().with(DriverOptions.DEFAULT.withMountOptions(List.of("nonsense"))), linux);
        ContainerId id = container(Optional.of(image()));

        assertThatThrownBy(() -> store.mountContainer(id))
                .isInstanceOf(CriusException.Failed.class)
                .hasMessageContaining("mount container " + id + ": mount(overlay, ")
                .hasMessageContaining("nonsense");
        assertThat(store.mountedContainer(id)).isEmpty();
        assertThat(folder.resolve("run/overlay-layers/mountpoints.json")).doesNotExist();
    }
}
