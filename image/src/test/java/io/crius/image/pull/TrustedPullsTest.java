package io.crius.image.pull;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.config.ShortNameMode;
import io.crius.image.TrustedRuns;
import io.crius.image.artifact.ArtifactStore;
import io.crius.image.auth.CredentialSource;
import io.crius.image.auth.RequestAuth;
import io.crius.image.fixture.Clients;
import io.crius.image.fixture.CosignKey;
import io.crius.image.fixture.FakeRegistry;
import io.crius.image.fixture.MemoryStore;
import io.crius.image.fixture.TempRegistriesConf;
import io.crius.image.fixture.TestImage;
import io.crius.image.registries.CurrentRegistries;
import io.crius.image.trust.ImageTrust;
import io.crius.image.trust.PolicyFiles;
import io.crius.image.trust.policy.TrustPolicy;
import io.crius.image.trust.signature.ImageSignature;
import io.crius.image.trust.signature.SimpleSignature;
import io.crius.image.trust.signature.StoredSignatures;
import io.crius.image.trust.source.SignatureSources;
import io.crius.linux.Linux;
import io.crius.model.CriusException;
import io.crius.model.ImageId;
import io.crius.oci.image.ManifestType;
import io.crius.oci.image.Platform;
import io.crius.storage.NewImage;
import io.crius.storage.archive.UnpackLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What pulls and containers make of policies, against a registry that can misbehave. */
class TrustedPullsTest {
    private static final byte[] BLOB = {(byte) 0xa3, 1, 2, 3};

    @TempDir
    Path folder;

    private final FakeRegistry registry = FakeRegistry.start();
    private final Clients clients = new Clients();
    private final MemoryStore store = new MemoryStore();
    private final CosignKey key = CosignKey.make("EC");
    private TestImage image = new TestImage();
    private Optional<ImageTrust> onMachine = Optional.empty();

    @BeforeEach
    void prepare() throws IOException {
        image = new TestImage().layer("a layer".getBytes(UTF_8)).push(registry, "team/app", "1");
        Files.createDirectories(folder.resolve("policies"));
        Files.createDirectories(folder.resolve("registries.d"));
        Files.writeString(folder.resolve("key.pub"), key.publicPem());
        accept("policy.json");
        registriesD("use-sigstore-attachments: true");
    }

    @AfterEach
    void stop() {
        clients.transports().close();
        registry.close();
        assertThat(store.stagings()).isZero();
    }

    private void accept(String file) throws IOException {
        Files.writeString(folder.resolve(file), "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
    }

    private void requireKey(String file) throws IOException {
        Files.writeString(
                folder.resolve(file),
                "{\"default\":[{\"type\":\"sigstoreSigned\",\"keyPath\":\"" + folder.resolve("key.pub") + "\"}]}");
    }

    private void registriesD(String what) throws IOException {
        Files.writeString(
                folder.resolve("registries.d/test.yaml"),
                "default-docker:\n  lookaside: file://" + folder.resolve("lookaside") + "\n  " + what + "\n");
    }

    private ImageTrust trust() {
        return new ImageTrust(
                new PolicyFiles(Optional.of(folder.resolve("policy.json")), folder.resolve("policies")),
                InstantSource.system());
    }

    private CurrentRegistries registries() {
        return TempRegistriesConf.write(folder, "", registry.host());
    }

    private ImageId pull(String name, String namespace) {
        var policy =
                new TrustedPulls(trust(), new SignatureSources(folder.resolve("registries.d"), clients.transports()));
        var puller = new ImagePuller(
                store,
                ArtifactStore.open(folder.resolve("artifacts"), List.of(), Linux.real()),
                new ImageSources(registries(), CredentialSource.NOTHING, clients.transports(), policy),
                new PullSettings(
                        ShortNameMode.ENFORCING,
                        new Platform("linux", "amd64", ""),
                        PullLimits.of(2),
                        UnpackLimits.GENEROUS));
        return puller.pull(new PullRequest(registry.name(name), RequestAuth.NONE, namespace));
    }

    private void run(ImageId id, String name, String namespace) {
        new TrustedRuns(store, registries(), trust()).require(id, name, namespace);
    }

    /** Attaches a signature for that name. */
    private void attach(String repository, String reference) {
        byte[] payload = CosignKey.payload(reference, image.digest().toString());
        registry.blob(repository, payload);
        registry.manifest(
                repository,
                "sha256-" + image.digest().hex() + ".sig",
                ManifestType.OCI_MANIFEST.mediaType(),
                key.attachment(payload));
    }

    private List<ImageSignature> kept(ImageId id) {
        return StoredSignatures.read(store, store.image(id).orElseThrow(), image.digest());
    }

    @Test
    void aSignedImageIsPulledAndItsSignatureIsKept() throws IOException {
        requireKey("policy.json");
        attach("team/app", registry.name("team/app:1"));
        ImageId id = pull("team/app:1", "");
        assertThat(kept(id)).hasSize(1);
        int size = kept(id).getFirst().blob().length;
        assertThat(store.image(id).orElseThrow().metadata())
                .isEqualTo("{\"signature-sizes\":[" + size + "],\"signatures-sizes\":{\"" + image.digest() + "\":["
                        + size + "]}}");
        run(id, registry.name("team/app:1"), "default");
    }

    @Test
    void anUnsignedImageIsRefusedBeforeAnyBlobIsFetched() throws IOException {
        requireKey("policy.json");
        assertThatThrownBy(() -> pull("team/app:1", ""))
                .isInstanceOf(CriusException.PermissionDenied.class)
                .hasMessageStartingWith("SignatureValidationFailed: pull " + registry.name("team/app:1")
                        + ": Source image rejected: A signature was required, but no signature exists");
        assertThat(registry.paths()).noneMatch(path -> path.contains("/blobs/"));
        store.assertNothingLeft();
    }

    @Test
    void aNamespaceMayBeStricterForPullsAndForImagesThatOthersHavePulled() throws IOException {
        requireKey("policies/secure.json");
        ImageId id = pull("team/app:1", "default");
        assertThatThrownBy(() -> pull("team/app:1", "secure"))
                .hasMessageContaining(folder.resolve("policies/secure.json").toString());
        run(id, registry.name("team/app:1"), "default");
        assertThatThrownBy(() -> run(id, registry.name("team/app:1"), "secure"))
                .isInstanceOf(CriusException.PermissionDenied.class)
                .hasMessageStartingWith("SignatureValidationFailed: Source image rejected: A signature was required");
    }

    @Test
    void signaturesAreKeptWhereNoPolicyAskedSoThatAStricterOneCanSeeThem() throws IOException {
        requireKey("policies/secure.json");
        attach("team/app", registry.name("team/app:1"));
        run(pull("team/app:1", "default"), registry.name("team/app:1"), "secure");
    }

    @Test
    void aPullUnderAnotherNameKeepsTheSignaturesThatAreThere() throws IOException {
        requireKey("policies/secure.json");
        attach("team/app", registry.name("team/app:1"));
        image.push(registry, "other/app", "1");
        ImageId id = pull("team/app:1", "");
        assertThat(pull("other/app:1", "")).isEqualTo(id);
        assertThat(kept(id)).hasSize(1);
        run(id, registry.name("team/app:1"), "secure");
        assertThatThrownBy(() -> run(id, registry.name("other/app:1"), "secure"))
                .hasMessageContaining("it was made for \"" + registry.name("team/app:1") + "\"");
    }

    @Test
    void whereKubeletDoesNotTellTheNameEveryNameHasToBeTrusted() throws IOException {
        requireKey("policies/secure.json");
        attach("team/app", registry.name("team/app:1"));
        image.push(registry, "other/app", "1");
        ImageId id = pull("team/app:1", "");
        run(id, "", "secure");
        run(id, id.value(), "secure");
        pull("other/app:1", "");
        assertThatThrownBy(() -> run(id, id.value(), "secure")).hasMessageContaining(registry.name("other/app:1"));
    }

    @Test
    void anImageThatLostItsNamesHasToBeTrustedUnderThoseThatItHad() throws IOException {
        requireKey("policies/secure.json");
        attach("team/app", registry.name("team/app:1"));
        image.push(registry, "other/app", "1");
        ImageId id = pull("team/app:1", "");
        store.removeImageName(registry.name("team/app:1"));
        run(id, id.value(), "secure");
        run(id, registry.name("team/app:1"), "secure");
        pull("other/app:1", "");
        store.removeImageName(registry.name("other/app:1"));
        assertThatThrownBy(() -> run(id, id.value(), "secure"))
                .hasMessageContaining("image docker://" + registry.name("other/app:1"));
    }

    @Test
    void aNameWithADigestIsGoodForThatImageOnly() throws IOException {
        requireKey("policies/secure.json");
        attach("team/app", registry.name("team/app:1"));
        ImageId id = pull("team/app:1", "");
        run(id, registry.name("team/app:1@" + image.digest()), "secure");
        String other = registry.name("team/app@sha256:" + "a".repeat(64));
        assertThatThrownBy(() -> run(id, other, "secure")).hasMessageEndingWith("is not " + other);
    }

    @Test
    void aPlaceThatCannotBeReadMattersOnlyWhereASignatureIsNeeded() throws IOException {
        registry.fault(FakeRegistry.status(".sig", 500, "broken"));
        ImageId id = pull("team/app:1", "");
        assertThat(kept(id)).isEmpty();
        requireKey("policy.json");
        assertThatThrownBy(() -> pull("team/app:1", "")).hasMessageContaining("reading manifest sha256-");
    }

    @Test
    void aRegistryMayKeepSimpleSignaturesItself() {
        registry.fault(exchange -> {
            exchange.getResponseHeaders().set("X-Registry-Supports-Signatures", "1");
            return false;
        });
        String content = Base64.getEncoder().encodeToString(BLOB);
        registry.fault(FakeRegistry.status(
                "/extensions/v2/team/app/signatures/" + image.digest(), 200, """
                {"signatures":[{"schemaVersion":2,"name":"n","type":"atomic","content":"%1$s"},
                {"schemaVersion":2,"name":"n","type":"else","content":"?"},{"schemaVersion":1,"content":"?"}]}""".formatted(content)));
        assertThat(kept(pull("team/app:1", ""))).containsExactly(new SimpleSignature(BLOB));
    }

    @Test
    void aLookasideFolderIsReadUntilTheFirstGap() throws IOException {
        registriesD("use-sigstore-attachments: false");
        Path place = Files.createDirectories(
                folder.resolve("lookaside/team/app@sha256=" + image.digest().hex()));
        Files.write(place.resolve("signature-1"), BLOB);
        Files.write(place.resolve("signature-2"), new byte[] {(byte) 0xa3, 9});
        Files.write(place.resolve("signature-4"), new byte[] {(byte) 0xa3, 4});
        ImageId id = pull("team/app:1", "");
        assertThat(kept(id))
                .containsExactly(new SimpleSignature(BLOB), new SimpleSignature(new byte[] {(byte) 0xa3, 9}));
        assertThat(registry.paths()).noneMatch(path -> path.contains(".sig"));
    }

    @Test
    void withoutAPolicyNothingIsPulledAndTheFileIsNamed() throws IOException {
        Files.delete(folder.resolve("policy.json"));
        assertThatThrownBy(() -> pull("team/app:1", ""))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("signature policy " + folder.resolve("policy.json") + " does not exist");
        Files.writeString(folder.resolve("policy.json"), "{\"default\":[],\"x\":1}");
        assertThatThrownBy(() -> pull("team/app:1", ""))
                .hasMessageContaining(folder.resolve("policy.json") + ": unknown key \"x\"");
    }

    @Test
    void aNamespaceDoesNotLeadOutOfTheFolderAndADeadLinkIsNoPermission() throws IOException {
        assertThatThrownBy(() -> pull("team/app:1", "../policy")).isInstanceOf(CriusException.InvalidArgument.class);
        Files.createSymbolicLink(folder.resolve("policies/linked.json"), folder.resolve("gone"));
        assertThatThrownBy(() -> pull("team/app:1", "linked"))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("linked.json does not exist");
    }

    /** The policy of the machine, where the configuration names none. */
    private ImageTrust machine(InstantSource clock) {
        var files = new PolicyFiles(Optional.empty(), folder.resolve("policies"), folder.resolve("machine.json"));
        return new ImageTrust(files, clock);
    }

    private void runOnMachine(ImageId id, String name) {
        ImageTrust trust = onMachine.orElseGet(() -> machine(InstantSource.system()));
        onMachine = Optional.of(trust);
        new TrustedRuns(store, registries(), trust).require(id, name, "default");
    }

    private void machine(String fallback, String scope, String requirement) throws IOException {
        Files.writeString(folder.resolve("machine.json"), """
                {"default":[{"type":"%s"}],"transports":{"docker":{"%s":[%s]}}}""".formatted(fallback, scope, requirement));
    }

    private String signed() {
        return "{\"type\":\"sigstoreSigned\",\"keyPath\":\"" + folder.resolve("key.pub") + "\"}";
    }

    @Test
    void theMachinesPolicyIsAskedAgainWhereItDoesNotAcceptEverything() throws IOException {
        image.push(registry, "other/app", "1");
        ImageId unsigned = pull("other/app:1", "");
        machine("insecureAcceptAnything", registry.name("team"), signed());
        runOnMachine(unsigned, registry.name("other/app:1"));
        assertThatThrownBy(() -> runOnMachine(unsigned, registry.name("team/app:1")))
                .isInstanceOf(CriusException.PermissionDenied.class)
                .hasMessageStartingWith("SignatureValidationFailed: Source image rejected: A signature was required")
                .hasMessageContaining("scope \"" + registry.name("team") + "\" of transport docker in "
                        + folder.resolve("machine.json"));
        attach("team/app", registry.name("team/app:1"));
        ImageId signed = pull("team/app:1", "");
        runOnMachine(signed, registry.name("team/app:1"));
        runOnMachine(signed, "");
    }

    @Test
    void theMachinesPolicyThatAcceptsEverythingAsksNothingOfTheStore() throws IOException {
        ImageId nobody = new ImageId("a".repeat(64));
        accept("machine.json");
        runOnMachine(nobody, "");
        machine("insecureAcceptAnything", "r.example", "{\"type\":\"insecureAcceptAnything\"}");
        runOnMachine(nobody, "");
        machine("insecureAcceptAnything", "r.example", "{\"type\":\"reject\"}");
        assertThatThrownBy(() -> runOnMachine(nobody, "")).hasMessageContaining("is not on this node any more");
    }

    @Test
    void withoutAPolicyOfTheMachineImagesThatAreThereRunAndWithABrokenOneNoneDoes() throws IOException {
        ImageId id = pull("team/app:1", "");
        runOnMachine(id, registry.name("team/app:1"));
        Files.writeString(folder.resolve("machine.json"), "{\"default\":[],\"x\":1}");
        assertThatThrownBy(() -> runOnMachine(id, registry.name("team/app:1")))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining(folder.resolve("machine.json") + ": unknown key \"x\"");
        Files.delete(folder.resolve("machine.json"));
        Files.createSymbolicLink(folder.resolve("machine.json"), folder.resolve("gone"));
        assertThatThrownBy(() -> runOnMachine(id, registry.name("team/app:1")))
                .hasMessageContaining("machine.json does not exist");
    }

    @Test
    void aChangeOfTheMachinesPolicyCountsAtOnce() throws IOException {
        ImageId id = pull("team/app:1", "");
        for (int i = 0; i < 20; i++) {
            accept("machine.json");
            runOnMachine(id, registry.name("team/app:1"));
            // As long as the other one, and written into the same file, at the same time for all that its times tell.
            Files.writeString(
                    folder.resolve("machine.json"), "{\"default\":[{\"type\":\"reject\"}]" + " ".repeat(16) + "}");
            assertThatThrownBy(() -> runOnMachine(id, registry.name("team/app:1")))
                    .hasMessageContaining("is rejected by policy");
        }
    }

    @Test
    void theMachinesPolicyIsReadAgainOnlyWhenItWasChanged() throws IOException {
        InstantSource later = InstantSource.offset(InstantSource.system(), Duration.ofHours(5));
        ImageTrust trust = machine(later);
        machine("insecureAcceptAnything", "r.example", signed());
        TrustPolicy first = trust.forRunning("default").orElseThrow();
        assertThat(trust.forRunning("default").orElseThrow()).isSameAs(first);
        machine("insecureAcceptAnything", "r.example/team", signed());
        assertThat(trust.forRunning("default").orElseThrow().docker()).containsOnlyKeys("r.example/team");
        accept("machine.json");
        assertThat(trust.forRunning("default")).isEmpty();
    }

    @Test
    void anImageThatNeverHadANameIsAMatterOfTheDefault() throws IOException {
        ImageId id = pull("team/app:1", "");
        NewImage nameless = new NewImage(
                ImageId.random(),
                image.digest(),
                List.of(),
                store.image(id).orElseThrow().topLayer(),
                "{}",
                Instant.EPOCH,
                List.of());
        store.putImage(nameless);
        machine("insecureAcceptAnything", registry.name("team"), signed());
        runOnMachine(nameless.id(), "");
        machine("reject", registry.name("team"), signed());
        assertThatThrownBy(() -> runOnMachine(nameless.id(), ""))
                .isInstanceOf(CriusException.PermissionDenied.class)
                .hasMessageContaining("never had a name");
    }
}
