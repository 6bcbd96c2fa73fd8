package io.crius.image.pull;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.config.ShortNameMode;
import io.crius.image.Image;
import io.crius.image.ImageCatalog;
import io.crius.image.PinnedImages;
import io.crius.image.artifact.ArtifactStore;
import io.crius.image.auth.CredentialSource;
import io.crius.image.auth.RequestAuth;
import io.crius.image.fixture.Certificates;
import io.crius.image.fixture.DockerRegistry;
import io.crius.image.fixture.Layout;
import io.crius.image.fixture.TempRegistriesConf;
import io.crius.image.fixture.TestArtifact;
import io.crius.image.fixture.TestImage;
import io.crius.image.fixture.Tool;
import io.crius.image.registries.CurrentRegistries;
import io.crius.image.registry.HttpSettings;
import io.crius.image.registry.Transports;
import io.crius.linux.Linux;
import io.crius.linux.MountInfo;
import io.crius.linux.UnmountFlag;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.oci.image.ManifestType;
import io.crius.oci.image.Platform;
import io.crius.storage.Store;
import io.crius.storage.StoreOptions;
import io.crius.storage.StoredImage;
import io.crius.storage.archive.UnpackLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls from a real registry into a real store, beside podman doing the same into another one. */
class PullIT {
    @TempDir
    Path folder;

    private final Linux linux = Linux.real();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Path graphRoot = Path.of("/");
    private byte[] base = new byte[0];
    private byte[] upper = new byte[0];
    private TestImage image = new TestImage();

    @BeforeEach
    void prepare() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "layers are unpacked as root only");
        for (String tool : List.of("docker-registry", "skopeo", "podman", "openssl", "htpasswd", "tar")) {
            assumeTrue(Tool.isInstalled(tool), tool + " is not installed");
        }
        graphRoot = folder.resolve("ours");
        base = base();
        upper = upper();
        image = new TestImage().user("1000").layer(base).layer(upper);
    }

    @AfterEach
    void cleanUp() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
        for (MountInfo mount : linux.mounts().list().reversed()) {
            if (mount.mountPoint().startsWith(folder)) {
                linux.mounts().unmount(mount.mountPoint(), Set.of(UnmountFlag.DETACH, UnmountFlag.NOFOLLOW));
            }
        }
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.add(resource);
        return resource;
    }

    private byte[] base() throws IOException {
        Path tree = Files.createDirectories(folder.resolve("base"));
        Files.createDirectories(tree.resolve("etc/old"));
        Files.writeString(tree.resolve("etc/gone"), "gone");
        Files.writeString(tree.resolve("etc/old/a"), "a");
        Files.write(tree.resolve("noise"), TestImage.noise(1, 2_000_000));
        Files.createSymbolicLink(tree.resolve("link"), Path.of("/etc/gone"));
        Files.createLink(tree.resolve("hard"), tree.resolve("etc/gone"));
        Tool.run(folder, "chown", "1000:2000", tree.resolve("etc/old/a").toString());
        return tar(tree);
    }

    private byte[] upper() throws IOException {
        Path tree = Files.createDirectories(folder.resolve("upper"));
        Files.createDirectories(tree.resolve("etc/old"));
        Files.writeString(tree.resolve("etc/.wh.gone"), "");
        Files.writeString(tree.resolve("etc/old/.wh..wh..opq"), "");
        Files.writeString(tree.resolve("etc/old/b"), "b");
        return tar(tree);
    }

    /** Ends with two empty blocks and no more: Debian's skopeo leaves out further ones where it compresses in chunks. */
    private byte[] tar(Path tree) throws IOException {
        Path archive = folder.resolve(tree.getFileName() + ".tar");
        Tool.run(folder, "tar", "-b", "1", "-C", tree.toString(), "--sort=name", "-cf", archive.toString(), ".");
        return Files.readAllBytes(archive);
    }

    private void push(String source, String target, String... options) {
        List<String> command =
                new ArrayList<>(List.of("skopeo", "--insecure-policy", "copy", "-q", "--dest-tls-verify=false"));
        command.addAll(List.of(options));
        command.add(source);
        command.add("docker://" + target);
        Tool.run(folder, command);
    }

    private Layout layout() throws IOException {
        return new Layout(folder.resolve("layout"));
    }

    private Store store() {
        Store store = Store.open(StoreOptions.of(graphRoot, folder.resolve("our-run")), linux);
        return open(store);
    }

    private ImagePuller puller(Store store, Supplier<CurrentRegistries> registries) {
        var transports =
                open(new Transports(List.of(folder.resolve("certs.d")), Map.of(), HttpSettings.of("crius/test")));
        return new ImagePuller(
                store,
                ArtifactStore.open(graphRoot, List.of(), linux),
                new ImageSources(registries.get(), CredentialSource.NOTHING, transports, PullPolicy.ACCEPT_ALL),
                new PullSettings(
                        ShortNameMode.ENFORCING,
                        new Platform("linux", "amd64", ""),
                        PullLimits.of(2),
                        UnpackLimits.GENEROUS));
    }

    private ImagePuller insecure(Store store, DockerRegistry registry) {
        return puller(store, () -> TempRegistriesConf.write(folder, "", registry.host()));
    }

    private ImagePuller secure(Store store) {
        return puller(store, () -> TempRegistriesConf.write(folder, ""));
    }

    /** Runs podman on another store. */
    private String podman(String... arguments) {
        return podmanOn(folder.resolve("theirs"), folder.resolve("their-run"), arguments);
    }

    private String podmanOn(Path root, Path runRoot, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "podman",
                "--root",
                root.toString(),
                "--runroot",
                runRoot.toString(),
                "--storage-driver",
                "overlay",
                "--cgroup-manager",
                "cgroupfs",
                "--tmpdir",
                folder.resolve("podman").toString()));
        command.addAll(List.of(arguments));
        return Tool.run(folder, command);
    }

    private void comparePulls(DockerRegistry registry, String... names) {
        compareRecords(registry, names);
        assertThat(StoreRecords.read(graphRoot).data())
                .isEqualTo(StoreRecords.read(folder.resolve("theirs")).data());
    }

    private void compareRecords(DockerRegistry registry, String... names) {
        Store store = store();
        ImagePuller puller = insecure(store, registry);
        for (String name : names) {
            puller.pull(PullRequest.of(registry.name(name)));
            podman("pull", "-q", "--tls-verify=false", registry.name(name));
        }
        StoreRecords ours = StoreRecords.read(graphRoot);
        StoreRecords theirs = StoreRecords.read(folder.resolve("theirs"));
        assertThat(ours.images()).isEqualTo(theirs.images());
        assertThat(ours.layers()).isEqualTo(theirs.layers());
    }

    private DockerRegistry plain() throws IOException {
        return open(DockerRegistry.start(folder.resolve("registry")));
    }

    @Test
    void anOciImageIsStoredAsPodmanStoresIt() throws IOException {
        DockerRegistry registry = plain();
        push(layout().about(image), registry.name("team/app:1"));
        comparePulls(registry, "team/app:1");
    }

    @Test
    void aDockerImageIsStoredAsPodmanStoresIt() throws IOException {
        DockerRegistry registry = plain();
        push(layout().about(image), registry.name("team/app:1"), "--format", "v2s2");
        comparePulls(registry, "team/app:1");
    }

    /** skopeo makes the history of one of schema 1; the registry signs, each answer anew, so the bytes of manifests differ. */
    @Test
    void anImageOfSchema1IsStoredAsPodmanStoresItAndBothReadBoth() throws IOException {
        DockerRegistry registry = open(DockerRegistry.withSchema1(folder.resolve("registry")));
        image.with("""
                "author":"A & B <c@d>","history":[{"created":"2026-01-02T03:04:05.5Z","created_by":"ADD base / # <&>","author":"A & B <c@d>"},\
                {"created":"2026-01-02T03:04:06Z","created_by":"ENV A=\\"b\\"","empty_layer":true,"comment":"none"},\
                {"created":"2026-01-02T05:04:05.123456789+02:00","created_by":"ADD upper /"}]""");
        push(layout().about(image), registry.name("old/app:1"), "--format", "v2s1");

        compareRecords(registry, "old/app:1");

        assertThat(StoreRecords.read(graphRoot).layers()).hasSize(2);
        Store store = store();
        StoredImage stored = store.images().getFirst();
        assertThat(new String(store.imageData(stored.id(), "manifest"), UTF_8))
                .contains("\"schemaVersion\":1", "signatures");
        String name = "containers-storage:[overlay@" + graphRoot + "+" + folder.resolve("our-run") + "]"
                + registry.name("old/app:1");
        Tool.run(folder, "skopeo", "--insecure-policy", "copy", "-q", name, "dir:" + folder.resolve("copy"));
        assertThat(Tool.run(folder, "skopeo", "inspect", name))
                .contains("\"Layers\"", stored.digest().orElseThrow().toString());
        assertThat(catalog(store).config(stored.id()).defaults().user()).isEqualTo("1000");
        assertThat(catalog(store).config(stored.id()).history()).hasSize(3);
    }

    private ImageCatalog catalog(Store store) {
        return new ImageCatalog(
                store,
                ArtifactStore.open(graphRoot, List.of(), linux),
                () -> TempRegistriesConf.write(folder, "").get(),
                () -> new PinnedImages(List.of(), "pause"));
    }

    @Test
    void anImageCompressedByZstdIsStoredAsPodmanStoresIt() throws IOException {
        DockerRegistry registry = plain();
        Path tree = folder.resolve("plain");
        TestImage uncompressed = new TestImage().layer(base, base).layer(upper, upper);
        push(
                new Layout(tree).about(uncompressed),
                registry.name("team/app:1"),
                "--dest-compress",
                "--dest-compress-format",
                "zstd");
        comparePulls(registry, "team/app:1");
        assertThat(StoreRecords.read(graphRoot).layers().values())
                .allMatch(layer -> layer.requireInteger("compression", "layer") == 4);
    }

    /** Compat: without partial pulls, as containers/storage has them off, it is zstd with something for others behind it. */
    @Test
    void anImageCompressedInChunksIsStoredAsPodmanStoresIt() throws IOException {
        DockerRegistry registry = plain();
        push(
                new Layout(folder.resolve("plain"))
                        .about(new TestImage().layer(base, base).layer(upper, upper)),
                registry.name("team/app:1"),
                "--dest-compress",
                "--dest-compress-format",
                "zstd:chunked");
        String raw = Tool.run(
                folder, "skopeo", "inspect", "--raw", "--tls-verify=false", "docker://" + registry.name("team/app:1"));
        assertThat(raw).contains("zstd-chunked.manifest-checksum", "+zstd");
        comparePulls(registry, "team/app:1");
        assertThat(StoreRecords.read(graphRoot).layers().values())
                .allMatch(layer -> layer.requireInteger("compression", "layer") == 4);
    }

    @Test
    void oneIndexPulledByTagAndDigestsIsOneImageWithThreeNamesAsWithPodman() throws IOException {
        DockerRegistry registry = plain();
        Layout layout = layout();
        TestImage other = new TestImage().architecture("arm64").layer(upper);
        layout.add(image);
        layout.add(other);
        byte[] index = TestImage.index(List.of(other, image));
        push(layout.about(ManifestType.OCI_INDEX, index), registry.name("team/app:1"), "--all", "--preserve-digests");
        comparePulls(registry, "team/app:1", "team/app@" + Digest.sha256Of(index), "team/app@" + image.digest());
        assertThat(StoreRecords.read(graphRoot).images()).hasSize(1);
    }

    /** podman compresses as skopeo does; the bytes that it compresses are made again from the tar-split of the layers. */
    @Test
    void whatPodmanPushesFromOurStoreHasTheDigestThatWePulled() throws IOException {
        DockerRegistry registry = plain();
        TestImage uncompressed = new TestImage().layer(base, base).layer(upper, upper);
        push(
                layout().about(uncompressed),
                registry.name("team/app:1"),
                "--dest-compress",
                "--dest-compress-format",
                "gzip");
        Store store = store();
        ImageId id = insecure(store, registry).pull(PullRequest.of(registry.name("team/app:1")));
        Digest pulled = store.image(id).orElseThrow().digest().orElseThrow();
        assertThat(store.layersByDiffId(Digest.sha256Of(base)).getFirst().blobDigest())
                .isPresent()
                .isNotEqualTo(Optional.of(Digest.sha256Of(base)));
        DockerRegistry empty = open(DockerRegistry.start(folder.resolve("empty-registry")));
        Path digest = folder.resolve("digest");

        podmanOn(
                graphRoot,
                folder.resolve("our-run"),
                "push",
                "-q",
                "--tls-verify=false",
                "--digestfile",
                digest.toString(),
                registry.name("team/app:1"),
                "docker://" + empty.name("pushed/app:1"));

        assertThat(digest).hasContent(pulled.toString());
    }

    @Test
    void podmanMountsAndSkopeoCopiesWhatWePulled() throws IOException {
        DockerRegistry registry = plain();
        push(layout().about(image), registry.name("team/app:1"));
        Store store = store();
        insecure(store, registry).pull(PullRequest.of(registry.name("team/app:1")));
        String name = "containers-storage:[overlay@" + graphRoot + "+" + folder.resolve("our-run") + "]"
                + registry.name("team/app:1");
        Tool.run(folder, "skopeo", "--insecure-policy", "copy", "-q", name, "dir:" + folder.resolve("copy"));
        assertThat(Tool.run(folder, "skopeo", "inspect", "--raw", name)).isEqualTo(new String(image.manifest(), UTF_8));
        Path root = store.mountImage(new ImageId(image.id()));
        try {
            assertThat(root.resolve("etc/gone")).doesNotExist();
            assertThat(root.resolve("etc/old/b")).hasContent("b");
            assertThat(root.resolve("etc/old/a")).doesNotExist();
            assertThat(root.resolve("noise")).hasBinaryContent(TestImage.noise(1, 2_000_000));
        } finally {
            store.unmountImage(new ImageId(image.id()));
        }
    }

    @Test
    void theCatalogShowsAndRemovesWhatWasPulled() throws IOException {
        DockerRegistry registry = plain();
        push(layout().about(image), registry.name("team/app:1"));
        Store store = store();
        ImagePuller puller = insecure(store, registry);
        puller.pull(PullRequest.of(registry.name("team/app:1")));
        ImageCatalog catalog = catalog(store);
        Image shown = catalog.find(image.id().substring(0, 12)).orElseThrow();
        assertThat(shown.repoTags()).containsExactly(registry.name("team/app:1"));
        assertThat(shown.repoDigests()).containsExactly(registry.name("team/app@" + image.digest()));
        assertThat(shown.user().uid()).hasValue(1000);
        assertThat(shown.size())
                .hasValue(base.length + upper.length + image.config().length + 2L * image.manifest().length);
        catalog.remove(registry.name("team/app:1"));
        assertThat(catalog.list()).isEmpty();
        assertThat(StoreRecords.read(graphRoot).layers()).isEmpty();
    }

    @Test
    void anArtifactIsKeptInALayoutThatSkopeoReads() throws IOException {
        DockerRegistry registry = open(DockerRegistry.start(folder.resolve("registry")));
        var model = new TestArtifact("application/vnd.example.model")
                .file("weights/a.bin", TestImage.noise(7, 3_000_000))
                .file("readme", "read me".getBytes(UTF_8));
        Layout layout = layout();
        for (byte[] blob : model.blobs()) {
            layout.blob(blob);
        }
        push(layout.about(ManifestType.OCI_MANIFEST, model.manifest()), registry.name("models/m:1"));
        Store store = store();
        ImageId id = puller(store, () -> TempRegistriesConf.write(folder, "", registry.host()))
                .pull(PullRequest.of(registry.name("models/m:1")));
        assertThat(id.value()).isEqualTo(model.digest().hex());
        Path copy = folder.resolve("copy");
        Tool.run(
                folder,
                "skopeo",
                "--insecure-policy",
                "copy",
                "-q",
                "oci:" + graphRoot.resolve("artifacts") + ":" + registry.name("models/m:1"),
                "dir:" + copy);
        assertThat(copy.resolve("manifest.json")).hasBinaryContent(model.manifest());
        assertThat(copy.resolve(model.needed().getFirst().digest().hex()))
                .hasBinaryContent(model.blobs().getFirst());
    }

    @Test
    void aDamagedLayerLeavesTheStoreClean() throws IOException {
        DockerRegistry registry = plain();
        push(layout().about(image), registry.name("team/app:1"));
        String hex = image.blobDigest(0).hex();
        Path blob = folder.resolve(
                "registry/data/docker/registry/v2/blobs/sha256/" + hex.substring(0, 2) + "/" + hex + "/data");
        byte[] bytes = Files.readAllBytes(blob);
        bytes[bytes.length / 2] ^= 1;
        Files.write(blob, bytes);
        Store store = store();
        assertThatThrownBy(() -> insecure(store, registry).pull(PullRequest.of(registry.name("team/app:1"))))
                .isInstanceOf(CriusException.DataLoss.class)
                .hasMessageContaining("Digest did not match, expected sha256:" + hex);
        assertThat(store.images()).isEmpty();
        assertThat(store.usage().layers()).isZero();
        assertThat(leftovers()).isEmpty();
    }

    /** Folders that staging made. */
    private List<Path> leftovers() throws IOException {
        List<Path> left = new ArrayList<>();
        for (String place : List.of("overlay/tempdirs", "overlay-layers/tmp")) {
            Path temps = graphRoot.resolve(place);
            if (Files.isDirectory(temps)) {
                try (var files = Files.list(temps)) {
                    files.forEach(left::add);
                }
            }
        }
        return left;
    }

    @Test
    void aRegistryWithACertificateOfItsOwnIsTrustedThroughCertsD() throws IOException {
        Certificates certificates = Certificates.make(folder.resolve("ca"));
        DockerRegistry registry = open(DockerRegistry.withTls(folder.resolve("registry"), certificates, ""));
        push(layout().about(image), registry.name("team/app:1"));
        Store store = store();
        assertThatThrownBy(() -> secure(store).pull(PullRequest.of(registry.name("team/app:1"))))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("is not signed by a CA that is trusted here; put its CA into certs.d/"
                        + registry.host() + "/ca.crt");
        Path own = Files.createDirectories(folder.resolve("certs.d").resolve(registry.host()));
        Files.copy(certificates.file("ca.crt"), own.resolve("ca.crt"));
        assertThat(secure(store).pull(PullRequest.of(registry.name("team/app:1"))))
                .isEqualTo(new ImageId(image.id()));
    }

    /** The large layer has a connection of its own; everything else shares one. */
    @Test
    void whatIsSmallComesOverHttp2WhereTheRegistryOffersIt() throws IOException {
        Certificates certificates = Certificates.make(folder.resolve("ca"));
        DockerRegistry registry = open(DockerRegistry.withTls(folder.resolve("registry"), certificates, ""));
        push(layout().about(image), registry.name("team/app:1"));
        int before = registry.requests().size();

        insecure(store(), registry).pull(PullRequest.of(registry.name("team/app:1")));

        List<String> requests = registry.requests();
        assertThat(requests.subList(before, requests.size()))
                .hasSizeGreaterThanOrEqualTo(5)
                .allMatch(
                        line -> line.contains("/blobs/") ? line.contains(" HTTP/1.1\"") : line.contains(" HTTP/2.0\""))
                .anyMatch(line -> line.contains(" HTTP/1.1\""));
    }

    @Test
    void anInsecureRegistryMayHaveAnyCertificate() throws IOException {
        Certificates certificates = Certificates.make(folder.resolve("ca"));
        DockerRegistry registry = open(DockerRegistry.withTls(folder.resolve("registry"), certificates, ""));
        push(layout().about(image), registry.name("team/app:1"));
        assertThat(insecure(store(), registry).pull(PullRequest.of(registry.name("team/app:1"))))
                .isEqualTo(new ImageId(image.id()));
    }

    @Test
    void aClientCertificateIsShownWhereTheRegistryWantsOne() throws IOException {
        Certificates certificates = Certificates.make(folder.resolve("ca"));
        Path own = folder.resolve("certs.d");
        DockerRegistry registry = open(DockerRegistry.withTls(
                folder.resolve("registry"), certificates, "    clientcas: [" + certificates.file("ca.crt") + "]\n"));
        own = Files.createDirectories(own.resolve(registry.host()));
        Files.copy(certificates.file("ca.crt"), own.resolve("ca.crt"));
        Store store = store();
        assertThatThrownBy(() -> secure(store).pull(PullRequest.of(registry.name("team/app:1"))))
                .isInstanceOf(CriusException.class)
                .hasMessageContaining(registry.host());
        Files.copy(certificates.file("client.cert"), own.resolve("client.cert"));
        assertThatThrownBy(() -> secure(store).pull(PullRequest.of(registry.name("team/app:1"))))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("missing " + own.resolve("client.key"));
        Files.copy(certificates.file("client.key"), own.resolve("client.key"));
        push(layout().about(image), registry.name("team/app:1"), "--dest-cert-dir", own.toString());
        assertThat(secure(store).pull(PullRequest.of(registry.name("team/app:1"))))
                .isEqualTo(new ImageId(image.id()));
    }

    @Test
    void basicCredentialsOfTheRequestOpenAProtectedRegistry() throws IOException {
        DockerRegistry registry = open(DockerRegistry.withUser(folder.resolve("registry"), "kube", "let-me:in"));
        push(layout().about(image), registry.name("team/app:1"), "--dest-creds", "kube:let-me:in");
        Store store = store();
        ImagePuller puller = insecure(store, registry);
        assertThatThrownBy(() -> puller.pull(PullRequest.of(registry.name("team/app:1"))))
                .isInstanceOf(CriusException.PermissionDenied.class)
                .hasMessageContaining("unauthorized: authentication required");
        var wrong = new RequestAuth("kube", "no", "", "", "", "");
        assertThatThrownBy(() -> puller.pull(new PullRequest(registry.name("team/app:1"), wrong, "")))
                .isInstanceOf(CriusException.PermissionDenied.class)
                .hasMessageNotContaining("let-me");
        var right = new RequestAuth("kube", "let-me:in", "", "", "", "");
        assertThat(puller.pull(new PullRequest(registry.name("team/app:1"), right, "")))
                .isEqualTo(new ImageId(image.id()));
    }
}
