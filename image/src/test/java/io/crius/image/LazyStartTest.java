package io.crius.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.config.ShortNameMode;
import io.crius.image.artifact.ArtifactStore;
import io.crius.image.auth.CredentialHelper;
import io.crius.image.auth.NodeCredentials;
import io.crius.image.fixture.MemoryStore;
import io.crius.image.pull.ImagePuller;
import io.crius.image.pull.ImageSources;
import io.crius.image.pull.PullLimits;
import io.crius.image.pull.PullSettings;
import io.crius.image.pull.TrustedPulls;
import io.crius.image.registries.CurrentRegistries;
import io.crius.image.registries.RegistriesFiles;
import io.crius.image.registry.HttpSettings;
import io.crius.image.registry.Transports;
import io.crius.image.trust.ImageTrust;
import io.crius.image.trust.PolicyFiles;
import io.crius.image.trust.Subject;
import io.crius.image.trust.source.SignatureSources;
import io.crius.linux.Linux;
import io.crius.model.Digest;
import io.crius.model.ImageReference;
import io.crius.oci.image.Platform;
import io.crius.storage.archive.UnpackLimits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LazyStartTest {
    /** What a daemon does before its first pull, in a JVM that tells which classes it loads. */
    static final class Daemon {
        private Daemon() {}

        public static void main(String[] arguments) {
            var policies = new PolicyFiles(Optional.of(Path.of(arguments[0])), Path.of("/nonexistent"));
            var trust = new ImageTrust(policies, InstantSource.system());
            var subject = new Subject(ImageReference.parse("r.example/x:1"), Digest.sha256Of(new byte[0]), new byte[0]);
            trust.require(subject, "default", List::of);
            var store = new MemoryStore();
            var artifacts = ArtifactStore.open(Path.of("/nonexistent"), List.of(), Linux.real());
            var registries = new CurrentRegistries(new RegistriesFiles(
                    Path.of("/nonexistent/registries.conf"), Path.of("/nonexistent"), Optional.empty()));
            var credentials = new NodeCredentials(
                    List.of(), () -> registries.get().credentialHelpers(), new CredentialHelper(Map.of()));
            var transports = new Transports(List.of(), Map.of(), HttpSettings.of("crius/test"));
            var puller = new ImagePuller(
                    store,
                    artifacts,
                    new ImageSources(
                            registries,
                            credentials,
                            transports,
                            new TrustedPulls(trust, new SignatureSources(Path.of("/nonexistent"), transports))),
                    new PullSettings(
                            ShortNameMode.ENFORCING,
                            new Platform("linux", "amd64", ""),
                            PullLimits.of(2),
                            UnpackLimits.GENEROUS));
            var catalog = new ImageCatalog(store, artifacts, registries, () -> new PinnedImages(List.of(), "pause"));
            System.out.println("images: " + catalog.list().size() + ", found: "
                    + catalog.find("r.example/x:1").isPresent() + ", pulls: "
                    + puller.inProgress().size());
        }
    }

    @Test
    void httpTlsTomlDecompressionSignaturesAndEncryptionAreNotLoadedBeforeTheyAreNeeded(@TempDir Path folder)
            throws Exception {
        Path policy = Files.writeString(
                folder.resolve("policy.json"), "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-Xlog:class+load",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Daemon.class.getName(),
                        policy.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("images: 0, found: false, pulls: 0");
        assertThat(output.lines().filter(line -> line.contains(" source:")))
                .noneMatch(line -> line.contains("java.net.http.")
                        || line.contains("javax.net.ssl.")
                        || line.contains("org.tomlj")
                        || line.contains("org.bouncycastle")
                        || line.contains("io.crius.image.encryption.ImageKeys")
                        || line.contains("org.snakeyaml")
                        || line.contains("io.airlift.compress"));
    }
}
