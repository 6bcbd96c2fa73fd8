package io.crius.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.linux.Depth;
import io.crius.linux.Linux;
import io.crius.linux.UnmountFlag;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.LayerId;
import io.crius.oci.runtime.IdMapping;
import io.crius.storage.archive.TarBuilder;
import io.crius.storage.owner.IdMappings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for a store with any driver, and what podman, skopeo and the store see of each other's work. */
interface StorageDriverContract {
    String NAME = "localhost/app:1";

    DriverKind driver();

    /** An empty folder of this test. */
    Path folder();

    /** The store of this test; asked again after closing it, it is opened again. */
    Store store();

    Linux linux();

    default StoreOptions options() {
        return StoreOptions.of(folder().resolve("root"), folder().resolve("run"))
                .with(driver());
    }

    default ForeignTools tools() {
        ForeignTools.assumeInstalled();
        return new ForeignTools(driver(), folder().resolve("root"), folder().resolve("run"), folder());
    }

    private StoredImage image() {
        return TestImage.of(StoreAgainstPodmanIT.baseLayer(), StoreAgainstPodmanIT.upperLayer())
                .putInto(store(), NAME);
    }

    private ContainerId container(Optional<StoredImage> image, Optional<IdMappings> owners) {
        var id = ContainerId.random();
        store().createContainer(new NewContainer(
                id, List.of(id.abbreviated()), image.map(StoredImage::id), "{\"name\":\"c\"}", owners));
        return id;
    }

    private static Object attribute(Path path, String name) throws IOException {
        return Files.getAttribute(path, "unix:" + name, LinkOption.NOFOLLOW_LINKS);
    }

    /** All that the two layers of {@link StoreAgainstPodmanIT} say together. */
    private static void assertTree(Path root) throws IOException {
        assertThat(root.resolve("etc/gone")).doesNotExist();
        assertThat(root.resolve("etc/old")).isDirectoryContaining("glob:**/b");
        assertThat(root.resolve("etc/old/a")).doesNotExist();
        assertThat(root.resolve("etc/café")).hasContent("unicode");
        assertThat(Files.readSymbolicLink(root.resolve("link"))).hasToString("/etc/café");
        assertThat(attribute(root.resolve("bin/sh"), "mode")).isEqualTo(0104755);
        assertThat(attribute(root.resolve("owned"), "uid")).isEqualTo(1000);
        assertThat(attribute(root.resolve("owned"), "gid")).isEqualTo(2000);
        assertThat(attribute(root.resolve("etc/café"), "nlink")).isEqualTo(2);
        assertThat(attribute(root.resolve("etc/café"), "ino")).isEqualTo(attribute(root.resolve("hard"), "ino"));
        assertThat(attribute(root.resolve("null"), "rdev")).isEqualTo(0x103L);
        assertThat(Files.getLastModifiedTime(root.resolve("hard")).toInstant()).hasToString("2023-11-14T22:13:20Z");
        assertThat(Files.getAttribute(root.resolve("etc/café"), "user:note"))
                .isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
        try (Stream<Path> files = Files.walk(root)) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith(".wh."));
        }
    }

    @Test
    default void aRootIsWhatTheArchivesOfItsLayersSay() throws IOException {
        Path root = store().mountContainer(container(Optional.of(image()), Optional.empty()));

        assertTree(root);
        assertThat(store().mountImage(store().imageByName(NAME).orElseThrow().id()))
                .satisfies(StorageDriverContract::assertTree);
    }

    @Test
    default void whatTheFirstLayerHidesIsNotThere() throws IOException {
        byte[] odd = new TarBuilder()
                .folder("d/")
                .file("d/.wh..wh..opq", "")
                .file("d/.wh.x", "")
                .file("d/y", "y")
                .build();
        StoredImage image = TestImage.of(odd).putInto(store(), NAME);

        Path root = store().mountContainer(container(Optional.of(image), Optional.empty()));

        assertThat(root.resolve("d/y")).hasContent("y");
        assertThat(root.resolve("d/x")).doesNotExist();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root)))
                .isEqualTo("r-xr-xr-x");
    }

    @Test
    default void layersReplaceKindsOfFiles() throws IOException {
        byte[] below = new TarBuilder()
                .folder("folder/")
                .file("folder/inner", "x")
                .file("file", "x")
                .symlink("link", "file")
                .build();
        byte[] above = new TarBuilder()
                .file("folder", "now a file")
                .folder("file/")
                .file("file/inner", "now in a folder")
                .folder("link/")
                .build();
        StoredImage image = TestImage.of(below, above).putInto(store(), NAME);

        Path root = store().mountContainer(container(Optional.of(image), Optional.empty()));

        assertThat(root.resolve("folder")).hasContent("now a file");
        assertThat(root.resolve("file/inner")).hasContent("now in a folder");
        assertThat(root.resolve("link")).isDirectory();
        assertThat(Files.isSymbolicLink(root.resolve("link"))).isFalse();
    }

    @Test
    default void containersWriteApartAndKeepWhatTheyWrote() throws IOException {
        StoredImage image = image();
        ContainerId one = container(Optional.of(image), Optional.empty());
        ContainerId other = container(Optional.of(image), Optional.empty());
        Path root = store().mountContainer(one);
        Files.writeString(root.resolve("etc/new"), "mine");
        Files.delete(root.resolve("etc/café"));
        store().unmountContainer(one);
        store().close();

        assertThat(store().mountContainer(one).resolve("etc/new")).hasContent("mine");
        assertThat(root.resolve("etc/café")).doesNotExist();
        Path untouched = store().mountContainer(other);
        assertThat(untouched.resolve("etc/new")).doesNotExist();
        assertTree(untouched);
    }

    @Test
    default void aContainerNeedsNoImage() throws IOException {
        Path root = store().mountContainer(container(Optional.empty(), Optional.empty()));

        Files.writeString(root.resolve("file"), "x");
        assertThat(root.resolve("file")).hasContent("x");
    }

    @Test
    default void usersOfAMountAreCounted() throws IOException {
        ContainerId id = container(Optional.of(image()), Optional.empty());
        Path counts = folder().resolve("run/" + driver().word() + "-layers/mountpoints.json");
        Path root = store().mountContainer(id);
        store().mountContainer(id);

        assertThat(counts).content().contains("\"path\":\"" + root + "\",\"count\":2");
        assertThat(store().mountedContainer(id)).contains(root);
        store().unmountContainer(id);
        store().unmountContainer(id);
        assertThat(counts).hasContent("[]");
        assertThat(store().mountedContainer(id)).isEmpty();
        store().unmountContainer(id);
    }

    @Test
    default void everyLayersStreamComesBackToTheByte() throws IOException {
        image();
        for (byte[] layer : List.of(StoreAgainstPodmanIT.baseLayer(), StoreAgainstPodmanIT.upperLayer())) {
            StoredLayer stored = store().layersByDiffId(Digest.sha256Of(layer)).getFirst();
            try (InputStream tar = store().layerTar(stored.id())) {
                assertThat(tar.readAllBytes()).isEqualTo(layer);
            }
        }
        assertThat(store().check().toString()).isEqualTo("clean, 2 layers");
    }

    @Test
    default void foldersThatALayerOnlyPassesThroughKeepWhatTheyAreLike() throws IOException {
        byte[] below = new TarBuilder()
                .mode(0700)
                .owner(7, 8)
                .folder("home/")
                .file("home/a", "a")
                .build();
        byte[] above = new TarBuilder().file("home/b", "b").build();
        StoredImage image = TestImage.of(below, above).putInto(store(), NAME);
        Path root = store().mountContainer(container(Optional.of(image), Optional.empty()));

        assertThat(root.resolve("home/a")).hasContent("a");
        assertThat(root.resolve("home/b")).hasContent("b");
        // Compat: in overlay's differences such a folder is made anew, by every tool of the family.
        assertThat(attribute(root.resolve("home"), "uid")).isEqualTo(driver() == DriverKind.OVERLAY ? 0 : 7);
    }

    @Test
    default void aRootShowsFilesAsAUserNamespaceHasThem() throws IOException {
        byte[] capable = new TarBuilder()
                .pax(
                        "SCHILY.xattr.security.capability",
                        new byte[] {1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
                .file("ping", "x")
                .build();
        StoredImage image = TestImage.of(StoreAgainstPodmanIT.baseLayer(), StoreAgainstPodmanIT.upperLayer(), capable)
                .putInto(store(), NAME);
        var owners =
                new IdMappings(List.of(new IdMapping(0, 100_000, 65_536)), List.of(new IdMapping(0, 300_000, 65_536)));
        ContainerId id = container(Optional.of(image), Optional.of(owners));

        Path root = store().mountContainer(id);

        assertThat(attribute(root, "uid")).isEqualTo(100_000);
        assertThat(attribute(root.resolve("owned"), "uid")).isEqualTo(101_000);
        assertThat(attribute(root.resolve("owned"), "gid")).isEqualTo(302_000);
        assertThat(attribute(root.resolve("link"), "uid")).isEqualTo(100_000);
        assertThat(attribute(root.resolve("bin/sh"), "mode")).isEqualTo(0104755);
        assertThat(attribute(root.resolve("etc/café"), "ino")).isEqualTo(attribute(root.resolve("hard"), "ino"));
        Files.writeString(root.resolve("etc/café"), "changed");
        assertThat(attribute(root.resolve("etc/café"), "uid")).isEqualTo(100_000);
        store().unmountContainer(id);
        store().close();
        assertThat(store().mountContainer(id).resolve("etc/café")).hasContent("changed");
        assertThat(attribute(root.resolve("owned"), "uid")).isEqualTo(101_000);
        Path plain = store().mountContainer(container(Optional.of(image), Optional.empty()));
        assertTree(plain);
    }

    @Test
    default void aLayerThatWasDamagedIsFoundAndAloneMadeAgain() throws IOException {
        StoredImage image = image();
        StoredLayer base = store().layersByDiffId(Digest.sha256Of(StoreAgainstPodmanIT.baseLayer()))
                .getFirst();
        Path file = folder().resolve("root").resolve(treeOf(base.id())).resolve("bin/sh");
        Files.writeString(file, "#!shelk");

        StoreFindings findings = store().check();

        assertThat(findings.layers()).containsOnlyKeys(base.id());
        assertThat(findings.toString()).contains("layer " + base.id() + ": ").contains("bin/sh");
        assertThat(store().layer(base.id())).isEmpty();
        assertThat(store().damage(image.id())).contains("its layer " + base.id() + " is damaged");
        assertThat(store().image(image.id())).isPresent();
        TestImage.putLayer(store(), Optional.empty(), StoreAgainstPodmanIT.baseLayer());
        assertThat(store().layer(base.id())).isPresent();
        assertThat(store().damage(image.id())).isEmpty();
        assertThat(store().check().toString()).isEqualTo("clean, 2 layers");
        assertThat(file).hasContent("#!shell");
        if (driver() == DriverKind.OVERLAY) {
            assertTree(store().mountContainer(container(Optional.of(image), Optional.empty())));
        }
    }

    @Test
    default void aDamagedLayerBelowAMountThatNobodyRecordsIsNotReplaced() throws IOException {
        StoredImage image = image();
        LayerId base = store().layersByDiffId(Digest.sha256Of(StoreAgainstPodmanIT.baseLayer()))
                .getFirst()
                .id();
        // A whole tree is mounted alone, layers of differences all together.
        boolean differences = driver() == DriverKind.OVERLAY;
        LayerId layer = differences ? base : image.topLayer().orElseThrow();
        Path volume = Files.createDirectories(folder().resolve("volume"));
        Path part = Files.createDirectories(folder().resolve("part"));
        store().mountImageAt(image.id(), volume, "");
        Files.writeString(
                folder().resolve("root").resolve(treeOf(layer)).resolve("etc/old/" + (differences ? "a" : "b")), "c");
        assertThat(store().check().layers()).containsOnlyKeys(layer);

        assertNotReplaceable(layer, volume);
        linux().mounts().bind(volume.resolve("etc"), part, Depth.SINGLE);
        linux().mounts().unmount(volume, Set.of(UnmountFlag.DETACH));
        assertNotReplaceable(layer, part);
        assertThatThrownBy(() -> putAgain(layer, base)).hasMessageContaining(part + " stands on it");
        assertThat(store().layer(layer)).isEmpty();
        linux().mounts().unmount(part, Set.of());

        store().requireReplaceable(layer);
        putAgain(layer, base);
        assertThat(store().check().toString()).isEqualTo("clean, 2 layers");
    }

    private void assertNotReplaceable(LayerId layer, Path mount) {
        assertThatThrownBy(() -> store().requireReplaceable(layer))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessage("layer " + layer + " is damaged, and cannot be repaired while " + mount
                        + " stands on it; stop the container or image mount that uses that first");
    }

    private void putAgain(LayerId layer, LayerId base) {
        if (layer.equals(base)) {
            TestImage.putLayer(store(), Optional.empty(), StoreAgainstPodmanIT.baseLayer());
        } else {
            TestImage.putLayer(store(), Optional.of(base), StoreAgainstPodmanIT.upperLayer());
        }
    }

    private String treeOf(LayerId layer) {
        return switch (driver()) {
            case OVERLAY -> "overlay/" + layer + "/diff";
            case VFS -> "vfs/dir/" + layer;
            case BTRFS -> "btrfs/subvolumes/" + layer;
        };
    }

    @Test
    default void aLayerWithoutItsParentIsNotMade() {
        var nobody = LayerId.random();

        assertThatThrownBy(() -> TestImage.putLayer(
                        store(),
                        Optional.of(nobody),
                        new TarBuilder().file("f", "x").build()))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("its parent " + nobody + " is no longer in the store");
    }

    @Test
    default void whatIsDeletedLeavesNothing() throws IOException {
        StoredImage image = image();
        ContainerId id = container(Optional.of(image), Optional.empty());
        Path root = store().mountContainer(id);
        Files.createDirectories(root.resolve("deep/deeper"));

        store().deleteContainer(id);
        store().deleteImage(image.id());

        String tree = treeOf(new LayerId("0".repeat(64)));
        Path layers = folder().resolve("root").resolve(tree.substring(0, tree.indexOf("000")));
        try (Stream<Path> left = Files.list(layers)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .noneMatch(name -> name.length() == 64 || name.equals("tempdirs"));
        }
        assertThat(folder().resolve("root/" + driver().word() + "-layers/layers.json"))
                .hasContent("[]");
    }

    @Test
    default void podmanReadsMountsAndRunsFromWhatWeStored() throws IOException {
        ForeignTools tools = tools();
        TestImage image = TestImage.of(StoreAgainstPodmanIT.baseLayer(), StoreAgainstPodmanIT.upperLayer());
        image.putInto(store(), NAME);

        assertThat(tools.podman("images", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}} {{.Digest}}"))
                .contains(NAME + " sha256:" + image.id() + " " + image.manifestDigest());
        assertTree(Path.of(tools.podman("image", "mount", NAME)));
        tools.podman("image", "umount", NAME);
        tools.podman("create", "--name", "theirs", NAME, "/bin/sh");
        assertTree(Path.of(tools.podman("mount", "theirs")));
        tools.podman("umount", "theirs");
        Path copy = folder().resolve("copy");
        tools.skopeo("copy", "--insecure-policy", tools.reference(NAME), "dir:" + copy);
        for (Digest layer : image.diffIds()) {
            assertThat(copy.resolve(layer.hex())).exists();
        }
        assertThatThrownBy(() -> store().deleteImage(image.id()))
                .hasMessageContaining("is in use by container")
                .hasMessageContaining("theirs");
        tools.podman("rm", "theirs");
        tools.podman("rmi", NAME);
        assertThat(store().images()).isEmpty();
    }

    @Test
    default void weMountAndMakeContainersOfWhatPodmanStored() throws IOException {
        ForeignTools tools = tools();
        Path tar = Files.write(folder().resolve("rootfs.tar"), StoreAgainstPodmanIT.baseLayer());
        tools.podman("import", tar.toString(), "localhost/theirs:1");

        StoredImage image = store().imageByName("localhost/theirs:1").orElseThrow();
        Path root = store().mountContainer(container(Optional.of(image), Optional.empty()));

        assertThat(root.resolve("etc/café")).hasContent("unicode");
        assertThat(root.resolve("etc/gone")).exists();
        assertThat(attribute(root.resolve("owned"), "uid")).isEqualTo(1000);
        assertThat(store().check().toString()).isEqualTo("clean, 1 layers");
        assertThat(tools.podman("ps", "--all", "--external")).contains("storage");
    }
}
