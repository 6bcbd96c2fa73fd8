package io.crius.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.linux.Linux;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.storage.archive.TarBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both directions: what we write is read by podman, buildah and skopeo, and what they write by us. */
final class StoreAgainstPodmanIT {
    private static final String NAME = "localhost/app:1";

    @TempDir
    Path folder;

    private final Linux linux = Linux.real();
    private ForeignTools tools;
    private Store store;

    @BeforeEach
    void open() {
        ForeignTools.assumeInstalled();
        tools = new ForeignTools(graphRoot(), folder.resolve("run"), folder);
        store = Store.open(options(), linux);
    }

    @AfterEach
    void unmountAll() throws IOException {
        if (store != null) {
            store.close();
        }
        ForeignTools.unmountBelow(folder, linux);
    }

    private Path graphRoot() {
        return folder.resolve("root");
    }

    private StoreOptions options() {
        return StoreOptions.of(graphRoot(), folder.resolve("run"));
    }

    static byte[] baseLayer() {
        return new TarBuilder()
                .folder("bin/")
                .mode(04755)
                .file("bin/sh", "#!shell")
                .folder("etc/")
                .file("etc/gone", "to be hidden")
                .folder("etc/old/")
                .file("etc/old/a", "a")
                .pax("mtime", "1700000000.123456789")
                .pax("SCHILY.xattr.user.note", "hello")
                .file("etc/café", "unicode")
                .symlink("link", "/etc/café")
                .hardLink("hard", "etc/café")
                .device('3', "null", 1, 3)
                .owner(1000, 2000)
                .file("owned", "x")
                .build();
    }

    static byte[] upperLayer() {
        return new TarBuilder()
                .folder("etc/")
                .file("etc/.wh.gone", "")
                .folder("etc/old/")
                .file("etc/old/.wh..wh..opq", "")
                .file("etc/old/b", "b")
                .build();
    }

    @Test
    void podmanListsInspectsAndMountsWhatWeStored() throws IOException {
        TestImage image = TestImage.of(baseLayer(), upperLayer());
        image.putInto(store, NAME);

        assertThat(tools.podman("images", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}} {{.Digest}}"))
                .contains(NAME + " sha256:" + image.id() + " " + image.manifestDigest());
        assertThat(tools.podman("image", "inspect", "--format", "{{.RootFS.Layers}}", NAME))
                .contains(
                        image.diffIds().get(0).toString(),
                        image.diffIds().get(1).toString());
        tools.podman("history", NAME);
        tools.podman("image", "tree", NAME);

        Path mounted = Path.of(tools.podman("image", "mount", NAME));
        assertThat(mounted.resolve("etc/gone")).doesNotExist();
        assertThat(mounted.resolve("etc/old/a")).doesNotExist();
        assertThat(mounted.resolve("etc/old/b")).hasContent("b");
        assertThat(mounted.resolve("etc/café")).hasContent("unicode");
        assertThat(Files.getAttribute(mounted.resolve("bin/sh"), "unix:mode")).isEqualTo(0104755);
        assertThat(Files.getAttribute(mounted.resolve("owned"), "unix:uid")).isEqualTo(1000);
        assertThat(Files.getAttribute(mounted.resolve("etc/café"), "unix:nlink"))
                .isEqualTo(2);
        assertThat(Files.getLastModifiedTime(mounted.resolve("hard"), LinkOption.NOFOLLOW_LINKS)
                        .toInstant())
                .hasToString("2023-11-14T22:13:20Z");
        tools.podman("image", "umount", NAME);
    }

    @Test
    void podmanAndBuildahMakeContainersOfOurImages() throws IOException {
        TestImage.of(baseLayer(), upperLayer()).putInto(store, NAME);

        tools.podman("create", "--name", "c1", NAME, "/bin/sh");
        Path mounted = Path.of(tools.podman("mount", "c1"));
        assertThat(mounted.resolve("etc/old/b")).hasContent("b");
        assertThat(store.containers()).hasSize(1);
        assertThatThrownBy(() ->
                        store.deleteImage(store.imageByName(NAME).orElseThrow().id()))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("is in use by container")
                .hasMessageContaining("(c1)");
        tools.podman("umount", "c1");
        tools.podman("rm", "c1");

        String working =
                tools.buildah("from", "--pull-never", NAME).lines().toList().getLast();
        tools.buildah("rm", working);
        assertThat(store.containers()).isEmpty();
    }

    @Test
    void skopeoPutsOurLayersTogetherByteByByte() throws IOException {
        TestImage image = TestImage.of(baseLayer(), upperLayer());
        image.putInto(store, NAME);
        Path target = folder.resolve("copy");

        tools.skopeo("inspect", "--raw", tools.reference(NAME));
        tools.skopeo("copy", "--insecure-policy", tools.reference(NAME), "dir:" + target);

        assertThat(Files.readAllBytes(target.resolve(image.diffIds().get(0).hex())))
                .isEqualTo(baseLayer());
        assertThat(Files.readAllBytes(target.resolve(image.diffIds().get(1).hex())))
                .isEqualTo(upperLayer());
    }

    @Test
    void weSeeMountAndReadWhatTheOthersStored() throws IOException {
        Path tar = folder.resolve("rootfs.tar");
        Files.write(tar, baseLayer());
        tools.podman("import", tar.toString(), "localhost/imported:2");

        StoredImage image = store.imageByName("localhost/imported:2").orElseThrow();
        assertThat(image.names()).containsExactly("localhost/imported:2");
        assertThat(store.lookupImage(image.id().abbreviated())).contains(image);
        assertThat(store.imageSize(image.id()).orElseThrow()).isGreaterThan(baseLayer().length);
        StoredLayer layer = store.layer(image.topLayer().orElseThrow()).orElseThrow();
        assertThat(layer.diffId()).contains(Digest.sha256Of(baseLayer()));
        try (InputStream in = store.layerTar(layer.id())) {
            assertThat(in.readAllBytes()).isEqualTo(baseLayer());
        }
        Path mounted = store.mountImage(image.id());
        assertThat(mounted.resolve("etc/café")).hasContent("unicode");
        store.unmountImage(image.id());
        assertThat(linux.mounts().isMountPoint(mounted)).isFalse();
    }

    @Test
    void changesOfTheOthersAreSeenAtOnce() {
        TestImage image = TestImage.of(baseLayer());
        image.putInto(store, NAME);

        tools.podman("tag", NAME, "localhost/other:9");
        assertThat(store.image(image.id()).orElseThrow().names()).containsExactlyInAnyOrder("localhost/other:9", NAME);
        tools.podman("untag", NAME, NAME);
        store.addImageName(image.id(), "localhost/third:3");
        assertThat(store.image(image.id()).orElseThrow().names())
                .containsExactly("localhost/third:3", "localhost/other:9");
        assertThat(tools.podman("images", "--format", "{{.Repository}}:{{.Tag}}"))
                .contains("localhost/third:3", "localhost/other:9")
                .doesNotContain(NAME);
        tools.podman("rmi", image.id().value(), "--force");

        assertThat(store.images()).isEmpty();
        assertThat(store.layersByDiffId(image.diffIds().getFirst())).isEmpty();
    }

    @Test
    void ourMountsOutlivePodmanCommands() throws IOException {
        StoredImage image = TestImage.of(baseLayer()).putInto(store, NAME);
        ContainerId id = ContainerId.random();
        store.createContainer(new NewContainer(id, List.of("k8s_app"), Optional.of(image.id()), "{\"name\":\"app\"}"));
        Path mounted = store.mountContainer(id);
        Files.writeString(mounted.resolve("written"), "by us");

        tools.podman("images");
        assertThat(linux.mounts().isMountPoint(mounted)).isTrue();
        assertThat(tools.podman("ps", "--all", "--external", "--no-trunc")).contains(id.value());
        assertThat(tools.podmanOutcome("rmi", NAME).code()).isNotZero();

        store.unmountContainer(id);
        assertThat(linux.mounts().isMountPoint(mounted)).isFalse();
        store.deleteContainer(id);
        assertThat(tools.podman("rmi", NAME)).contains(image.id().value());
        assertThat(graphRoot().resolve("overlay/tempdirs")).doesNotExist();
    }

    @Test
    void podmanDeletesOurImagesAndWeDeleteTheirs() throws IOException {
        TestImage ours = TestImage.of(baseLayer(), upperLayer());
        ours.putInto(store, NAME);
        tools.podman("rmi", NAME);
        Path tar = folder.resolve("rootfs.tar");
        Files.write(tar, baseLayer());
        tools.podman("import", tar.toString(), "localhost/imported:2");

        store.deleteImage(
                store.imageByName("localhost/imported:2").orElseThrow().id());

        assertThat(tools.podman("images", "--all", "--quiet")).isEmpty();
        assertThat(Files.readString(graphRoot().resolve("overlay-layers/layers.json")))
                .isEqualTo("[]");
        try (var left = Files.list(graphRoot().resolve("overlay"))) {
            assertThat(left.map(path -> path.getFileName().toString())).containsOnly("l", ".has-mount-program");
        }
        assertThat(graphRoot().resolve("overlay/l")).isEmptyDirectory();
    }

    @Test
    void ourLayersStandOnTheirsAndTheirsOnOurs() throws IOException {
        Path tar = Files.write(folder.resolve("rootfs.tar"), baseLayer());
        tools.podman("import", tar.toString(), "localhost/imported:2");
        StoredLayer theirs = store.layersByDiffId(Digest.sha256Of(baseLayer())).getFirst();
        TestImage.of(baseLayer(), upperLayer()).putInto(store, NAME);

        assertThat(store.layersByDiffId(Digest.sha256Of(baseLayer()))).containsExactly(theirs);
        Path mounted = Path.of(tools.podman("image", "mount", NAME));
        assertThat(mounted.resolve("etc/gone")).doesNotExist();
        assertThat(mounted.resolve("etc/café")).hasContent("unicode");
        tools.podman("image", "umount", NAME);

        String working =
                tools.buildah("from", "--pull-never", NAME).lines().toList().getLast();
        Path addition = Files.writeString(folder.resolve("addition"), "on top");
        tools.buildah("copy", working, addition.toString(), "/addition");
        tools.buildah("commit", "--rm", working, "localhost/built:3");
        StoredImage built = store.imageByName("localhost/built:3").orElseThrow();
        Path root = store.mountImage(built.id());
        assertThat(root.resolve("addition")).hasContent("on top");
        assertThat(root.resolve("etc/old/b")).hasContent("b");
        assertThat(root.resolve("etc/gone")).doesNotExist();
        store.unmountImage(built.id());

        store.deleteImage(store.imageByName(NAME).orElseThrow().id());
        assertThat(tools.podman("image", "inspect", "--format", "{{len .RootFS.Layers}}", "localhost/built:3"))
                .isEqualTo("3");
        store.deleteImage(built.id());
        assertThat(store.layer(theirs.id())).contains(theirs);
    }
}
