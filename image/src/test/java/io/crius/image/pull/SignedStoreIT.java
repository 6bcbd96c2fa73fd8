package io.crius.image.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.config.ShortNameMode;
import io.crius.image.TrustedRuns;
import io.crius.image.artifact.ArtifactStore;
import io.crius.image.auth.CredentialSource;
import io.crius.image.fixture.DockerRegistry;
import io.crius.image.fixture.Gpg;
import io.crius.image.fixture.Layout;
import io.crius.image.fixture.TempRegistriesConf;
import io.crius.image.fixture.TestImage;
import io.crius.image.fixture.Tool;
import io.crius.image.registries.CurrentRegistries;
import io.crius.image.registry.HttpSettings;
import io.crius.image.registry.Transports;
import io.crius.image.trust.ImageTrust;
import io.crius.image.trust.PolicyFiles;
import io.crius.image.trust.source.SignatureSources;
import io.crius.linux.Linux;
import io.crius.linux.MountInfo;
import io.crius.linux.UnmountFlag;
import io.crius.model.CriusException;
import io.crius.model.ImageId;
import io.crius.oci.image.Platform;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
import io.crius.storage.Store;
import io.crius.storage.StoreOptions;
import io.crius.storage.archive.UnpackLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signatures in a real store: as podman puts them there, where skopeo finds them, and the other way round. */
class SignedStoreIT {
    @TempDir
    Path folder;

    private final Linux linux = Linux.real();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private TestImage image = new TestImage();
    private String name = "";

    private <T extends AutoCloseable> T open(T resource) {
        opened.add(resource);
        return resource;
    }

    /** A signed image in a registry, and a policy that asks for the signature. */
    @BeforeEach
    void prepare() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "layers are unpacked as root only");
        for (String tool : List.of("docker-registry", "skopeo", "podman", "gpg", "tar")) {
            assumeTrue(Tool.isInstalled(tool), tool + " is not installed");
        }
        Path tree = Files.createDirectories(folder.resolve("tree"));
        Files.writeString(tree.resolve("file"), "content");
        Tool.run(folder, "tar", "-C", tree.toString(), "-cf", "layer.tar", ".");
        image = new TestImage().layer(Files.readAllBytes(folder.resolve("layer.tar")));
        DockerRegistry registry = open(DockerRegistry.start(folder.resolve("registry")));
        Path registriesD = Files.createDirectories(folder.resolve("home/.config/containers/registries.d"));
        Files.writeString(
                registriesD.resolve("test.yaml"),
                "default-docker:\n  lookaside: file://" + folder.resolve("lookaside") + "\n");
        name = registry.name("team/app:1");
        Gpg gpg = open(Gpg.in(folder.resolve("g")));
        gpg.key("dev@test", "rsa2048", "never");
        Path key = gpg.export("dev@test", "dev.gpg");
        Files.writeString(
                folder.resolve("policy.json"),
                "{\"default\":[{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyPath\":\"" + key + "\"}]}");
        push(gpg, image, name);
        push(gpg, new TestImage(), registry.name("team/empty:1"));
    }

    private void push(Gpg gpg, TestImage what, String to) throws IOException {
        Tool.run(
                folder,
                gpg.command(
                        "skopeo",
                        "--insecure-policy",
                        "--registries.d",
                        folder.resolve("home/.config/containers/registries.d").toString(),
                        "copy",
                        "-q",
                        "--dest-tls-verify=false",
                        "--sign-by",
                        gpg.fingerprint("dev@test"),
                        new Layout(folder.resolve("layout-" + what.layers())).about(what),
                        "docker://" + to));
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

    private Store store(String where) {
        return open(Store.open(StoreOptions.of(folder.resolve(where), folder.resolve(where + "-run")), linux));
    }

    private ImageTrust trust() {
        return new ImageTrust(
                new PolicyFiles(Optional.of(folder.resolve("policy.json")), folder.resolve("policies")),
                InstantSource.system());
    }

    private CurrentRegistries registries() {
        return TempRegistriesConf.write(folder, "", name.substring(0, name.indexOf('/')));
    }

    private ImageId pull(Store store, String name) {
        var transports = open(new Transports(List.of(), Map.of(), HttpSettings.of("crius/test")));
        var sources = new SignatureSources(folder.resolve("home/.config/containers/registries.d"), transports);
        return new ImagePuller(
                        store,
                        ArtifactStore.open(folder.resolve("artifacts"), List.of(), Linux.real()),
                        new ImageSources(
                                registries(), CredentialSource.NOTHING, transports, new TrustedPulls(trust(), sources)),
                        new PullSettings(
                                ShortNameMode.ENFORCING,
                                new Platform("linux", "amd64", ""),
                                PullLimits.of(2),
                                UnpackLimits.GENEROUS))
                .pull(PullRequest.of(name));
    }

    private void podmanPull() {
        Tool.run(
                folder,
                "env",
                "HOME=" + folder.resolve("home"),
                "podman",
                "--root",
                folder.resolve("theirs").toString(),
                "--runroot",
                folder.resolve("theirs-run").toString(),
                "--storage-driver",
                "overlay",
                "--cgroup-manager",
                "cgroupfs",
                "--tmpdir",
                folder.resolve("podman").toString(),
                "pull",
                "-q",
                "--tls-verify=false",
                "--signature-policy",
                folder.resolve("policy.json").toString(),
                name);
    }

    private JsonObject record(String where) throws IOException {
        JsonArray all =
                (JsonArray) Json.parse(Files.readAllBytes(folder.resolve(where + "/overlay-images/images.json")));
        return ((JsonObject) all.items().getFirst()).without(Set.of("created"));
    }

    @Test
    void podmanWritesTheSameRecordAndTheSameFiles() throws IOException {
        pull(store("ours"), name);
        podmanPull();
        assertThat(record("ours").string("metadata").map(Json::parse))
                .isEqualTo(record("theirs").string("metadata").map(Json::parse));
        assertThat(record("ours").without(Set.of("metadata")))
                .isEqualTo(record("theirs").without(Set.of("metadata")));
        assertThat(StoreRecords.read(folder.resolve("ours")).data())
                .isEqualTo(StoreRecords.read(folder.resolve("theirs")).data())
                .hasSize(5);
    }

    /** Of an image without layers: skopeo cannot give layers of a store back as they were signed. */
    @Test
    void skopeoTakesTheSignatureOutOfTheStoreAgain() throws IOException {
        String empty = name.replace("app", "empty");
        pull(store("ours"), empty);
        String stored = "containers-storage:[overlay@" + folder.resolve("ours") + "+" + folder.resolve("ours-run") + "]"
                + empty;
        Tool.run(folder, "skopeo", "--insecure-policy", "copy", "-q", stored, "dir:" + folder.resolve("copy"));
        String digest = new TestImage().digest().hex();
        assertThat(folder.resolve("copy/signature-1"))
                .hasSameBinaryContentAs(folder.resolve("lookaside/team/empty@sha256=" + digest + "/signature-1"));
    }

    @Test
    void whatPodmanPulledMayRunAndWhatIsNotSignedForItsNameMayNot() throws IOException {
        podmanPull();
        Store theirs = store("theirs");
        var runs = new TrustedRuns(theirs, registries(), trust());
        var id = new ImageId(image.id());
        runs.require(id, name, "default");
        runs.require(id, "", "default");
        String other = name.replace(":1", ":2");
        assertThat(refusal(runs, id, other))
                .startsWith(
                        "SignatureValidationFailed: Source image rejected: Its signature was not accepted: it was made"
                                + " for \"" + name + "\"");
    }

    /** A node whose configuration names no policy: that of the machine is asked. */
    @Test
    void theMachinesPolicyIsAskedAgainBeforeWhatIsInTheStoreRuns() throws IOException {
        podmanPull();
        var files = new PolicyFiles(Optional.empty(), folder.resolve("policies"), folder.resolve("policy.json"));
        var runs = new TrustedRuns(store("theirs"), registries(), new ImageTrust(files, InstantSource.system()));
        var id = new ImageId(image.id());
        runs.require(id, name, "default");
        String other = name.replace(":1", ":2");
        assertThat(refusal(runs, id, other)).contains("it was made for \"" + name + "\"");
        Files.writeString(folder.resolve("policy.json"), "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
        assertThat(refusal(runs, id, other)).isEmpty();
    }

    private static String refusal(TrustedRuns runs, ImageId id, String image) {
        try {
            runs.require(id, image, "default");
            return "";
        } catch (CriusException.PermissionDenied e) {
            return String.valueOf(e.getMessage());
        }
    }
}
