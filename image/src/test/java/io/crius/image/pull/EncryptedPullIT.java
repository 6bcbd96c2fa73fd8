package io.crius.image.pull;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.config.ShortNameMode;
import io.crius.image.artifact.ArtifactStore;
import io.crius.image.auth.CredentialSource;
import io.crius.image.encryption.KeyFolder;
import io.crius.image.fixture.DockerRegistry;
import io.crius.image.fixture.Gpg;
import io.crius.image.fixture.Layout;
import io.crius.image.fixture.TempRegistriesConf;
import io.crius.image.fixture.TestImage;
import io.crius.image.fixture.Tool;
import io.crius.image.registry.HttpSettings;
import io.crius.image.registry.Transports;
import io.crius.linux.Linux;
import io.crius.linux.MountInfo;
import io.crius.linux.UnmountFlag;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.oci.image.Platform;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import io.crius.storage.Store;
import io.crius.storage.StoreOptions;
import io.crius.storage.StoredLayer;
import io.crius.storage.archive.UnpackLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that skopeo has encrypted, pulled from a real registry into a real store, beside skopeo doing the same into another. */
class EncryptedPullIT {
    @TempDir
    Path folder;

    private final Linux linux = Linux.real();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private TestImage image = new TestImage();
    private Path keys = Path.of("/");
    private Optional<DockerRegistry> server = Optional.empty();

    @BeforeEach
    void prepare() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "layers are unpacked as root only");
        for (String tool : List.of("docker-registry", "skopeo", "openssl", "gpg", "tar")) {
            assumeTrue(Tool.isInstalled(tool), tool + " is not installed");
        }
        image = new TestImage()
                .layer(tar("base", TestImage.noise(1, 3_000_000)))
                .layer(tar("upper", "content".getBytes(UTF_8)));
        keys = Files.createDirectory(folder.resolve("keys"));
        server = Optional.of(open(DockerRegistry.start(folder.resolve("registry"))));
        Tool.run(folder, "openssl", "genrsa", "-out", "rsa.pem", "2048");
        Tool.run(folder, "openssl", "rsa", "-in", "rsa.pem", "-pubout", "-out", "rsa.pub");
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

    private DockerRegistry registry() {
        return server.orElseThrow();
    }

    private byte[] tar(String name, byte[] content) throws IOException {
        Path tree = Files.createDirectories(folder.resolve(name));
        Files.write(tree.resolve(name), content);
        Tool.run(folder, "tar", "-C", tree.toString(), "-cf", name + ".tar", ".");
        return Files.readAllBytes(folder.resolve(name + ".tar"));
    }

    private static List<String> skopeo(String... arguments) {
        List<String> command = new ArrayList<>(List.of("skopeo", "--insecure-policy", "copy", "-q"));
        command.addAll(List.of(arguments));
        return command;
    }

    private String layout() throws IOException {
        return new Layout(folder.resolve("layout")).about(image);
    }

    private void encrypt(String recipient, String name) throws IOException {
        Tool.run(
                folder,
                skopeo(
                        "--dest-tls-verify=false",
                        "--encryption-key",
                        recipient,
                        layout(),
                        "docker://" + registry().name(name)));
    }

    private Path key(String name) throws IOException {
        return Files.copy(folder.resolve(name), keys.resolve(name));
    }

    private Store store(String where) {
        return open(Store.open(StoreOptions.of(folder.resolve(where), folder.resolve(where + "-run")), linux));
    }

    private ImageId pull(Store store, String name) {
        var transports = open(new Transports(List.of(), Map.of(), HttpSettings.of("crius/test")));
        return new ImagePuller(
                        store,
                        ArtifactStore.open(folder.resolve("artifacts"), List.of(), linux),
                        new ImageSources(
                                TempRegistriesConf.write(folder, "", registry().host()),
                                CredentialSource.NOTHING,
                                transports,
                                PullPolicy.ACCEPT_ALL,
                                new KeyFolder(() -> keys)),
                        new PullSettings(
                                ShortNameMode.ENFORCING,
                                new Platform("linux", "amd64", ""),
                                PullLimits.of(2),
                                UnpackLimits.GENEROUS))
                .pull(PullRequest.of(registry().name(name)));
    }

    private String theirs(String name) {
        return "containers-storage:[overlay@" + folder.resolve("theirs") + "+" + folder.resolve("theirs-run") + "]"
                + registry().name(name);
    }

    private void compare(String name, String... theirKeys) {
        Store store = store("ours");
        pull(store, name);
        List<String> command = skopeo("--src-tls-verify=false");
        for (String key : theirKeys) {
            command.addAll(List.of("--decryption-key", key));
        }
        command.addAll(List.of("docker://" + registry().name(name), theirs(name)));
        Tool.run(folder, command);
        StoreRecords ours = StoreRecords.read(folder.resolve("ours"));
        StoreRecords other = StoreRecords.read(folder.resolve("theirs"));
        assertThat(ours.images()).isEqualTo(other.images()).hasSize(1);
        assertThat(ours.layers()).isEqualTo(other.layers()).hasSize(2);
        assertThat(ours.data()).isEqualTo(other.data()).isNotEmpty();
        assertThat(store.imageData(store.images().getFirst().id(), "manifest"))
                .asString(UTF_8)
                .doesNotContain("+encrypted", "image.enc.");
    }

    private static List<Digest> diffIds(Store store) {
        List<Digest> ids = new ArrayList<>();
        Optional<StoredLayer> next = store.images().getFirst().topLayer().flatMap(store::layer);
        while (next.isPresent()) {
            ids.addFirst(next.get().diffId().orElseThrow());
            next = next.get().parent().flatMap(store::layer);
        }
        return ids;
    }

    /** Layers, folders of layers, images and what is kept of them. */
    private void assertNothingLeft(String where) throws IOException {
        for (String records : List.of("overlay-layers/layers.json", "overlay-images/images.json")) {
            Path file = folder.resolve(where).resolve(records);
            assertThat(Files.exists(file) ? Files.readString(file) : "[]").isIn("[]", "[]\n", "null");
        }
        assertThat(content(folder.resolve(where).resolve("overlay"))).isSubsetOf("l", "staging", ".has-mount-program");
        assertThat(content(folder.resolve(where).resolve("overlay-images"))).isSubsetOf("images.json", "images.lock");
    }

    private static List<String> content(Path where) throws IOException {
        if (!Files.exists(where)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(where)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void anImageForAnRsaKeyIsStoredAsSkopeoStoresIt() throws IOException {
        encrypt("jwe:rsa.pub", "team/app:1");
        key("rsa.pem");
        compare("team/app:1", "rsa.pem");
        Tool.run(
                folder,
                skopeo(
                        "--dest-tls-verify=false",
                        layout(),
                        "docker://" + registry().name("team/plain:1")));
        Store plain = store("plain");
        pull(plain, "team/plain:1");
        assertThat(diffIds(store("ours"))).isEqualTo(diffIds(plain)).hasSize(2);
    }

    @Test
    void anImageForAnEllipticKeyIsStoredAsSkopeoStoresIt() throws IOException {
        Tool.run(
                folder,
                "openssl",
                "genpkey",
                "-algorithm",
                "EC",
                "-pkeyopt",
                "ec_paramgen_curve:P-384",
                "-out",
                "ec.pem");
        Tool.run(folder, "openssl", "pkey", "-in", "ec.pem", "-pubout", "-out", "ec.pub");
        encrypt("jwe:ec.pub", "team/app:1");
        key("rsa.pem");
        key("ec.pem");
        compare("team/app:1", "ec.pem");
    }

    @Test
    void anImageForAnOpenPgpKeyIsStoredAsSkopeoStoresIt() throws IOException {
        Gpg gpg = open(Gpg.in(folder.resolve("g")));
        String print = gpg.key("Node <node@test>", "rsa2048", "never");
        gpg.gpg("--quick-add-key", print, "rsa2048", "encr", "never");
        gpg.gpg("--output", folder.resolve("node.gpg").toString(), "--export-secret-keys", "node@test");
        Tool.run(
                folder,
                gpg.command(skopeo(
                                "--dest-tls-verify=false",
                                "--encryption-key",
                                "pgp:node@test",
                                layout(),
                                "docker://" + registry().name("team/app:1"))
                        .toArray(String[]::new)));
        key("node.gpg");
        compare("team/app:1", "node.gpg");
    }

    /** As PKCS #7, for a certificate; skopeo wants to see it beside the key. */
    @Test
    void anImageForACertificateIsStoredAsSkopeoStoresIt() throws IOException {
        Tool.run(folder, "openssl", "req", "-x509", "-new", "-key", "rsa.pem", "-out", "rsa.crt", "-subj", "/CN=node");
        encrypt("pkcs7:rsa.crt", "team/app:1");
        key("rsa.pem");
        compare("team/app:1", "rsa.pem", "rsa.crt");
    }

    /** Only the upper layer is encrypted; and the tool compressed it as well, so the digest it wrapped is not the blob's. */
    @Test
    void aLayerThatWasCompressedWhileItWasEncryptedIsStoredAsSkopeoStoresIt() throws IOException {
        Tool.run(folder, skopeo(layout(), theirs("team/source:1").replace("theirs", "source")));
        Tool.run(
                folder,
                skopeo(
                        "--dest-tls-verify=false",
                        "--encryption-key",
                        "jwe:rsa.pub",
                        "--encrypt-layer",
                        "-1",
                        theirs("team/source:1").replace("theirs", "source"),
                        "docker://" + registry().name("team/app:1")));
        key("rsa.pem");
        compare("team/app:1", "rsa.pem");
    }

    @Test
    void withoutTheKeyNothingIsLeft() throws IOException {
        encrypt("jwe:rsa.pub", "team/app:1");
        Store store = store("ours");
        assertThatThrownBy(() -> pull(store, "team/app:1"))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("pull " + registry().name("team/app:1") + ": decrypting layer 0 (sha256:")
                .hasMessageContaining("missing private key needed for decryption")
                .hasMessageContaining("no key is in " + keys);
        Tool.run(folder, "openssl", "genrsa", "-out", "other.pem", "2048");
        Path other = key("other.pem");
        assertThatThrownBy(() -> pull(store, "team/app:1"))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("tried in vain: 1 key in " + keys);
        Files.delete(other);
        Files.createSymbolicLink(other, folder.resolve("rsa.pem"));
        assertThatThrownBy(() -> pull(store, "team/app:1"))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining(other + ": symbolic links are not allowed here");
        Files.delete(other);
        assertNothingLeft("ours");
        key("rsa.pem");
        assertThat(pull(store, "team/app:1").value()).isEqualTo(image.id());
    }

    /** Somebody who can write to the registry, but has no key, puts other bytes in the place of a layer. */
    @Test
    void whatWasTamperedWithLeavesNothing() throws IOException {
        encrypt("jwe:rsa.pub", "team/app:1");
        key("rsa.pem");
        JsonObject manifest = Json.parseObject(
                Tool.run(
                        folder,
                        "skopeo",
                        "inspect",
                        "--raw",
                        "--tls-verify=false",
                        "docker://" + registry().name("team/app:1")),
                "manifest");
        Path copy = Files.createDirectory(folder.resolve("copy"));
        Tool.run(
                folder,
                skopeo("--src-tls-verify=false", "docker://" + registry().name("team/app:1"), "dir:" + copy));
        JsonObject first = manifest.objects("layers").getFirst();
        byte[] blob = Files.readAllBytes(
                copy.resolve(first.requireString("digest", "layer").substring(7)));
        blob[blob.length / 2] ^= 1;
        List<byte[]> others = List.of(blob, java.util.Arrays.copyOf(blob, blob.length - 4096));
        for (int i = 0; i < others.size(); i++) {
            String name = "team/tampered:" + i;
            pushTampered(copy, manifest, others.get(i), name);
            Store store = store("ours");
            assertThatThrownBy(() -> pull(store, name))
                    .isInstanceOf(CriusException.DataLoss.class)
                    .hasMessageContaining("does not have the HMAC that its annotations say");
            assertNothingLeft("ours");
        }
    }

    private void pushTampered(Path copy, JsonObject manifest, byte[] blob, String name) throws IOException {
        String digest = Digest.sha256Of(blob).toString();
        Files.write(copy.resolve(digest.substring(7)), blob);
        List<JsonObject> layers = new ArrayList<>(manifest.objects("layers"));
        layers.set(
                0,
                layers.getFirst().toBuilder()
                        .put("digest", digest)
                        .put("size", blob.length)
                        .build());
        Files.write(
                copy.resolve("manifest.json"),
                Json.writeBytes(manifest.toBuilder()
                        .list("layers", layers, layer -> layer)
                        .build()));
        Tool.run(
                folder,
                skopeo(
                        "--dest-tls-verify=false",
                        "dir:" + copy,
                        "docker://" + registry().name(name)));
    }
}
