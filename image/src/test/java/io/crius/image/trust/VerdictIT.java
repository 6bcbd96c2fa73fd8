package io.crius.image.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import io.crius.config.ShortNameMode;
import io.crius.image.artifact.ArtifactStore;
import io.crius.image.auth.CredentialSource;
import io.crius.image.fixture.CosignKey;
import io.crius.image.fixture.DockerRegistry;
import io.crius.image.fixture.Gpg;
import io.crius.image.fixture.Layout;
import io.crius.image.fixture.MemoryStore;
import io.crius.image.fixture.TempRegistriesConf;
import io.crius.image.fixture.TestImage;
import io.crius.image.fixture.Tool;
import io.crius.image.pull.ImagePuller;
import io.crius.image.pull.ImageSources;
import io.crius.image.pull.PullLimits;
import io.crius.image.pull.PullRequest;
import io.crius.image.pull.PullSettings;
import io.crius.image.pull.TrustedPulls;
import io.crius.image.registry.HttpSettings;
import io.crius.image.registry.Transports;
import io.crius.image.trust.source.SignatureSources;
import io.crius.linux.Linux;
import io.crius.model.CriusException;
import io.crius.oci.image.ManifestType;
import io.crius.oci.image.Platform;
import io.crius.storage.archive.UnpackLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Images that skopeo signed, in a real registry, with signatures on a lookaside server and attached. Each policy is put to
 * each image by Crius and by skopeo, and both have to come to the same verdict.
 */
class VerdictIT {
    private static final TestImage IMAGE = new TestImage().layer("a layer".getBytes(UTF_8));
    private static final TestImage OTHER = new TestImage().layer("another".getBytes(UTF_8));
    private static final List<AutoCloseable> OPENED = new ArrayList<>();

    @TempDir
    static Path folder;

    private static String host = "";
    private static Path home = Path.of("/");

    private static <T extends AutoCloseable> T open(T resource) {
        OPENED.add(resource);
        return resource;
    }

    @BeforeAll
    static void sign() throws IOException {
        for (String tool : List.of("docker-registry", "skopeo", "gpg")) {
            assumeTrue(Tool.isInstalled(tool), tool + " is not installed");
        }
        host = open(DockerRegistry.start(folder.resolve("registry"))).host();
        home = folder.resolve("g");
        Gpg gpg = open(Gpg.in(home));
        registriesD(serve(Files.createDirectories(folder.resolve("lookaside"))));
        for (String user : List.of("good@test", "evil@test")) {
            gpg.key(user, "rsa2048", "never");
            gpg.export(user, user + ".gpg", user.startsWith("evil") ? "--armor" : "--no-armor");
        }
        push(gpg, "simple/good:1", IMAGE, "--sign-by", gpg.fingerprint("good@test"));
        push(gpg, "simple/good:2", OTHER, "--sign-by", gpg.fingerprint("good@test"));
        push(gpg, "simple/evil:1", IMAGE, "--sign-by", gpg.fingerprint("evil@test"));
        push(gpg, "simple/none:1", IMAGE);
        push(gpg, "simple/both:1", IMAGE, "--sign-by", gpg.fingerprint("evil@test"));
        signAgain(gpg, "simple/both:1", gpg.fingerprint("good@test"));
        push(gpg, "simple/moved:1", IMAGE, "--sign-by", gpg.fingerprint("good@test"));
        push(gpg, "simple/moved:1", OTHER);
        push(gpg, "simple/named:1", IMAGE, "--sign-by", gpg.fingerprint("good@test"), "--sign-identity", "q.io/a:1");
        cosign(gpg, "good", "sig/good:1");
        cosign(gpg, "evil", "sig/evil:1");
        push(gpg, "sig/none:1", IMAGE);
    }

    private static String serve(Path root) throws IOException {
        HttpServer server = SimpleFileServer.createFileServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), root, SimpleFileServer.OutputLevel.NONE);
        server.start();
        open(() -> server.stop(0));
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static void registriesD(String lookaside) throws IOException {
        Path dir = Files.createDirectories(folder.resolve("registries.d"));
        Files.writeString(dir.resolve("test.yaml"), """
                docker:
                  %1$s/simple:
                    lookaside: %2$s
                    lookaside-staging: file://%3$s
                  %1$s/sig:
                    lookaside: %2$s
                    use-sigstore-attachments: true
                """.formatted(host, lookaside, folder.resolve("lookaside")));
    }

    private static void push(Gpg gpg, String name, TestImage image, String... options) throws IOException {
        String source = new Layout(folder.resolve(image == IMAGE ? "image" : "other")).about(image);
        List<String> command = gpg.command(
                "skopeo",
                "--insecure-policy",
                "--registries.d",
                folder.resolve("registries.d").toString(),
                "copy",
                "-q",
                "--dest-tls-verify=false");
        command.addAll(List.of(options));
        command.add(source);
        command.add("docker://" + host + "/" + name);
        Tool.run(folder, command);
    }

    /** Copies an image onto itself, which keeps the signatures that it has. */
    private static void signAgain(Gpg gpg, String name, String fingerprint) {
        Tool.run(
                folder,
                gpg.command(
                        "skopeo",
                        "--insecure-policy",
                        "--registries.d",
                        folder.resolve("registries.d").toString(),
                        "copy",
                        "-q",
                        "--src-tls-verify=false",
                        "--dest-tls-verify=false",
                        "--sign-by",
                        fingerprint,
                        "docker://" + host + "/" + name,
                        "docker://" + host + "/" + name));
    }

    /** Debian's skopeo cannot make these signatures, so it only carries them. */
    private static void cosign(Gpg gpg, String user, String name) throws IOException {
        CosignKey key = CosignKey.make("EC");
        Files.writeString(home.resolve(user + ".pub"), key.publicPem());
        push(gpg, name, IMAGE);
        byte[] payload = CosignKey.payload(host + "/" + name, IMAGE.digest().toString());
        Layout layout = new Layout(folder.resolve("attachment"));
        layout.blob(payload);
        layout.blob(CosignKey.CONFIG);
        String source = layout.about(ManifestType.OCI_MANIFEST, key.attachment(payload));
        String repository = host + "/" + name.substring(0, name.indexOf(':'));
        Tool.run(
                folder,
                "skopeo",
                "--insecure-policy",
                "copy",
                "-q",
                "--preserve-digests",
                "--dest-tls-verify=false",
                source,
                "docker://" + repository + ":sha256-" + IMAGE.digest().hex() + ".sig");
    }

    @AfterAll
    static void close() throws Exception {
        for (AutoCloseable one : OPENED.reversed()) {
            one.close();
        }
        OPENED.clear();
    }

    /** Words of the table for requirements. */
    private static String requirement(String words) {
        String[] parts = words.split(" ");
        String identity = parts.length < 3 ? "" : ",\"signedIdentity\":" + identity(parts[2]);
        String keys = home.resolve(parts.length < 2 ? "" : parts[1]).toString();
        return switch (parts[0]) {
            case "accept" -> "{\"type\":\"insecureAcceptAnything\"}";
            case "reject" -> "{\"type\":\"reject\"}";
            case "gpg" ->
                "{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyPath\":\"" + keys + "\"" + identity + "}";
            case "x509" -> "{\"type\":\"signedBy\",\"keyType\":\"X509Certificates\",\"keyPath\":\"" + keys + "\"}";
            case "base" -> "{\"type\":\"signedBaseLayer\",\"baseLayerIdentity\":{\"type\":\"matchExact\"}}";
            default -> "{\"type\":\"sigstoreSigned\",\"keyPath\":\"" + keys + "\"" + identity + "}";
        };
    }

    private static String identity(String words) {
        String[] parts = words.split("=");
        return switch (parts[0]) {
            case "reference" -> "{\"type\":\"exactReference\",\"dockerReference\":\"" + parts[1] + "\"}";
            case "repository" -> "{\"type\":\"exactRepository\",\"dockerRepository\":\"" + parts[1] + "\"}";
            case "remap" ->
                "{\"type\":\"remapIdentity\",\"prefix\":\"" + host + "/simple/named\",\"signedPrefix\":\"" + parts[1]
                        + "\"}";
            default -> "{\"type\":\"" + parts[0] + "\"}";
        };
    }

    private static Path policy(String text) throws IOException {
        List<String> requirements = new ArrayList<>();
        for (String words : text.split("&")) {
            requirements.add(requirement(words.strip()));
        }
        return Files.writeString(folder.resolve("policy.json"), """
                {"default":[{"type":"reject"}],"transports":{"docker":{"%s":[%s]}}}""".formatted(host, String.join(",", requirements)));
    }

    /** Empty when the image is accepted, else what is said. */
    private static String skopeo(Path policy, String name) {
        try {
            Tool.run(
                    folder,
                    "skopeo",
                    "--policy",
                    policy.toString(),
                    "--registries.d",
                    folder.resolve("registries.d").toString(),
                    "copy",
                    "-q",
                    "--src-tls-verify=false",
                    "docker://" + name,
                    "dir:" + folder.resolve("copy"));
            return "";
        } catch (AssertionError e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String ours(Path policy, String name) {
        try (var transports = new Transports(List.of(), Map.of(), HttpSettings.of("crius/test"))) {
            var trust = new ImageTrust(
                    new PolicyFiles(Optional.of(policy), folder.resolve("policies")), InstantSource.system());
            var sources = new SignatureSources(folder.resolve("registries.d"), transports);
            new ImagePuller(
                            new MemoryStore(),
                            ArtifactStore.open(folder.resolve("artifacts"), List.of(), Linux.real()),
                            new ImageSources(
                                    TempRegistriesConf.write(folder, "", host),
                                    CredentialSource.NOTHING,
                                    transports,
                                    new TrustedPulls(trust, sources)),
                            new PullSettings(
                                    ShortNameMode.ENFORCING,
                                    new Platform("linux", "amd64", ""),
                                    PullLimits.of(2),
                                    UnpackLimits.GENEROUS))
                    .pull(PullRequest.of(name));
            return "";
        } catch (CriusException.PermissionDenied e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static void wasAccepted(String said) {
        assertThat(said).isEmpty();
    }

    private static void wasRejected(String said) {
        assertThat(said).contains("Source image rejected: ");
    }

    /** Debian's build knows the requirement and refuses to check it. */
    private static void cannotTell(String said) {
        assertThat(said).contains("sigstore disabled");
    }

    @ParameterizedTest(name = "{0} for {1}: {2}")
    @CsvSource({
        "accept, simple/none:1, yes",
        "reject, simple/good:1, no",
        "accept & reject, simple/good:1, no",
        "base, simple/good:1, no",
        "x509 good@test.gpg, simple/good:1, no",
        "gpg good@test.gpg, simple/good:1, yes",
        "gpg good@test.gpg, simple/good@IMAGE, yes",
        "gpg good@test.gpg, simple/good@OTHER, yes",
        "gpg good@test.gpg, simple/none:1, no",
        "gpg good@test.gpg, simple/evil:1, no",
        "gpg evil@test.gpg, simple/evil:1, yes",
        "gpg good@test.gpg, simple/both:1, yes",
        "gpg evil@test.gpg, simple/both:1, yes",
        "gpg good@test.gpg & gpg evil@test.gpg, simple/both:1, yes",
        "gpg good@test.gpg & gpg evil@test.gpg, simple/good:1, no",
        "gpg good@test.gpg, simple/moved:1, no",
        "gpg missing.gpg, simple/good:1, no",
        "gpg good.pub, simple/good:1, no",
        "gpg good@test.gpg matchExact, simple/good:2, yes",
        "gpg good@test.gpg matchExact, simple/good@IMAGE, no",
        "gpg good@test.gpg matchRepository, simple/good@IMAGE, yes",
        "gpg good@test.gpg, simple/named:1, no",
        "gpg good@test.gpg reference=q.io/a:1, simple/named:1, yes",
        "gpg good@test.gpg reference=q.io/a:2, simple/named:1, no",
        "gpg good@test.gpg repository=q.io/a, simple/named:1, yes",
        "gpg good@test.gpg repository=q.io/b, simple/named:1, no",
        "gpg good@test.gpg remap=q.io/a, simple/named:1, yes",
        "gpg good@test.gpg remap=q.io/b, simple/named:1, no",
        "gpg good@test.gpg, sig/good:1, no",
        "sigstore good.pub, sig/good:1, yes",
        "sigstore good.pub, sig/good@IMAGE, yes",
        "sigstore good.pub, sig/evil:1, no",
        "sigstore good.pub, sig/none:1, no",
        "sigstore good.pub matchExact, sig/good:1, yes",
        "sigstore good.pub reference=q.io/a:1, sig/good:1, no",
        "sigstore good@test.gpg, sig/good:1, no",
        "sigstore good.pub, simple/good:1, no",
    })
    void bothComeToTheSameVerdict(String requirements, String image, String accepted) throws IOException {
        Path policy = policy(requirements);
        String name =
                host + "/" + image.replace("@IMAGE", "@" + IMAGE.digest()).replace("@OTHER", "@" + OTHER.digest());
        String theirs = skopeo(policy, name);
        String ours = ours(policy, name);
        if (accepted.equals("yes")) {
            assertThat(ours).isEmpty();
            assertThat(theirs).satisfiesAnyOf(VerdictIT::wasAccepted, VerdictIT::cannotTell);
        } else {
            assertThat(theirs).satisfiesAnyOf(VerdictIT::wasRejected, VerdictIT::cannotTell);
            assertThat(ours)
                    .startsWith("SignatureValidationFailed: pull " + name)
                    .contains("Source image rejected: ", "scope \"" + host + "\" of transport docker in " + policy);
        }
    }

    @Test
    void ofAnIndexTheImageForThisMachineHasToBeSigned() throws IOException {
        Gpg gpg =
                (Gpg) OPENED.stream().filter(Gpg.class::isInstance).findFirst().orElseThrow();
        Layout layout = new Layout(folder.resolve("index"));
        layout.add(IMAGE);
        String index = layout.about(ManifestType.OCI_INDEX, TestImage.index(List.of(IMAGE)));
        List<String> command = gpg.command(
                "skopeo",
                "--insecure-policy",
                "--registries.d",
                folder.resolve("registries.d").toString(),
                "copy",
                "-q",
                "--all",
                "--preserve-digests",
                "--dest-tls-verify=false",
                "--sign-by",
                gpg.fingerprint("good@test"),
                index,
                "docker://" + host + "/simple/index:1");
        Tool.run(folder, command);
        String name = host + "/simple/index:1";
        assertThat(ours(policy("gpg good@test.gpg"), name)).isEmpty();
        assertThat(skopeo(policy("gpg good@test.gpg"), name)).isEmpty();
        assertThat(ours(policy("gpg evil@test.gpg"), name)).contains("Source image rejected: ");
    }

    @Test
    void aRefusalSaysImageScopeRequirementAndReason() throws IOException {
        Path policy = policy("gpg good@test.gpg");
        assertThat(ours(policy, host + "/simple/none:1"))
                .isEqualTo("SignatureValidationFailed: pull " + host
                        + "/simple/none:1: Source image rejected: A signature"
                        + " was required, but no signature exists (requirement signedBy (key "
                        + home.resolve("good@test.gpg") + "; matchRepoDigestOrExact) of scope \"" + host
                        + "\" of transport docker in " + policy + ", image docker://" + host + "/simple/none:1)");
        assertThat(ours(policy, host + "/simple/named:1")).contains("it was made for \"q.io/a:1\"");
    }
}
