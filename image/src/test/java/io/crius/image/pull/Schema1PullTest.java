package io.crius.image.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.config.ShortNameMode;
import io.crius.image.ImageCatalog;
import io.crius.image.PinnedImages;
import io.crius.image.artifact.ArtifactStore;
import io.crius.image.auth.CredentialSource;
import io.crius.image.fixture.Clients;
import io.crius.image.fixture.FakeRegistry;
import io.crius.image.fixture.MemoryStore;
import io.crius.image.fixture.TempRegistriesConf;
import io.crius.image.fixture.TestImage;
import io.crius.image.registries.CurrentRegistries;
import io.crius.linux.Linux;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.oci.image.ManifestType;
import io.crius.oci.image.Platform;
import io.crius.storage.StoredImage;
import io.crius.storage.archive.UnpackLimits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of Docker's schema 1; {@link PullIT} compares with podman. */
class Schema1PullTest {
    private static final byte[] BASE = TestImage.noise(1, 300_000);
    private static final byte[] TOP = "top".getBytes(StandardCharsets.UTF_8);
    private static final Digest NOTHING = Digest.sha256Of(TestImage.gzip(new byte[1024]));
    private static final String A = "a".repeat(64);
    private static final String B = "b".repeat(64);
    private static final String C = "c".repeat(64);

    @TempDir
    Path folder;

    private final FakeRegistry registry = FakeRegistry.start();
    private final Clients clients = new Clients();
    private final MemoryStore store = new MemoryStore();
    private CurrentRegistries registries = TempRegistriesConf.write(Path.of("/tmp"), "");

    @BeforeEach
    void prepare() {
        registries = TempRegistriesConf.write(folder, "", registry.host());
        registry.blob("old", TestImage.gzip(BASE));
        registry.blob("old", TestImage.gzip(TOP));
    }

    @AfterEach
    void stop() {
        clients.transports().close();
        registry.close();
        assertThat(store.stagings()).isZero();
    }

    private static String step(Digest blob, String about) {
        return blob + " " + about;
    }

    /** Newest first: base, an empty step, and one more layer. */
    private static byte[] manifest(Digest top) {
        return manifest(
                step(
                        top,
                        "{\"id\":\"" + C + "\",\"parent\":\"" + B
                                + "\",\"created\":\"2026-01-02T03:04:05Z\",\"os\":\"linux\","
                                + "\"architecture\":\"amd64\", \"config\":{\"User\":\"7\", \"Cmd\":[\"a<b\"]}}"),
                step(NOTHING, "{\"id\":\"" + B + "\",\"parent\":\"" + A + "\",\"throwaway\":true}"),
                step(Digest.sha256Of(TestImage.gzip(BASE)), "{\"id\":\"" + A + "\"}"));
    }

    private static byte[] manifest(String... steps) {
        String layers = String.join(
                ",",
                List.of(steps).stream()
                        .map(step -> "{\"blobSum\":\"" + step.split(" ", 2)[0] + "\"}")
                        .toList());
        String history = String.join(
                ",",
                List.of(steps).stream()
                        .map(step -> "{\"v1Compatibility\":\"" + step.split(" ", 2)[1].replace("\"", "\\\"") + "\"}")
                        .toList());
        return ("{\"schemaVersion\":1,\"name\":\"old\",\"tag\":\"1\",\"architecture\":\"amd64\",\"fsLayers\":[" + layers
                        + "],\"history\":[" + history + "]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** What was signed is the manifest as it was, up to its last brace. */
    private static byte[] signed(byte[] manifest, int length) {
        String text = new String(manifest, StandardCharsets.UTF_8);
        String format = base64("{\"formatLength\":" + length + ",\"formatTail\":\"" + base64("}") + "\"}");
        return (text.substring(0, text.length() - 1)
                        + ",\"signatures\":[{\"header\":{},\"signature\":\"x\",\"protected\":\"" + format + "\"}]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private void push(String tag, byte[] manifest) {
        registry.manifest("old", tag, ManifestType.DOCKER_SCHEMA_1_SIGNED.mediaType(), manifest);
    }

    private ImageId pull(String reference) {
        return new ImagePuller(
                        store,
                        ArtifactStore.open(folder, List.of(), Linux.real()),
                        new ImageSources(
                                registries, CredentialSource.NOTHING, clients.transports(), PullPolicy.ACCEPT_ALL),
                        new PullSettings(
                                ShortNameMode.ENFORCING,
                                new Platform("linux", "amd64", ""),
                                PullLimits.of(2),
                                UnpackLimits.GENEROUS))
                .pull(PullRequest.of(registry.name(reference)));
    }

    private static Digest top() {
        return Digest.sha256Of(TestImage.gzip(TOP));
    }

    @Test
    void itsIdIsThatOfTheConfigurationThatOthersMakeOfIt() {
        push("1", manifest(top()));
        ImageId id = pull("old:1");
        String config = "{\"architecture\":\"amd64\",\"config\":{\"User\":\"7\",\"Cmd\":[\"a\\u003cb\"]},"
                + "\"created\":\"2026-01-02T03:04:05Z\",\"history\":[{\"created\":\"0001-01-01T00:00:00Z\"},"
                + "{\"created\":\"0001-01-01T00:00:00Z\",\"empty_layer\":true},{\"created\":\"2026-01-02T03:04:05Z\"}],"
                + "\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + Digest.sha256Of(BASE) + "\",\""
                + Digest.sha256Of(TOP) + "\"]}}";
        assertThat(id.value())
                .isEqualTo(
                        Digest.sha256Of(config.getBytes(StandardCharsets.UTF_8)).hex());
        StoredImage stored = store.image(id).orElseThrow();
        assertThat(stored.data().stream().map(StoredImage.DataItem::key))
                .containsExactly("manifest-" + Digest.sha256Of(manifest(top())), "manifest");
        assertThat(store.layerIds()).hasSize(2);
        assertThat(registry.paths()).noneMatch(path -> path.contains(NOTHING.toString()));
        var catalog = new ImageCatalog(
                store,
                ArtifactStore.open(folder, List.of(), Linux.real()),
                registries,
                () -> new PinnedImages(List.of(), "pause"));
        assertThat(catalog.config(id).defaults().user()).isEqualTo("7");
        assertThat(catalog.list().getFirst().user().uid()).hasValue(7);
    }

    @Test
    void itsDigestLeavesTheSignaturesOut() {
        byte[] manifest = manifest(top());
        Digest digest = Digest.sha256Of(manifest);
        byte[] signed = signed(manifest, manifest.length - 1);
        push(digest.toString(), signed);
        ImageId id = pull("old@" + digest);
        StoredImage stored = store.image(id).orElseThrow();
        assertThat(stored.digest()).contains(digest);
        assertThat(store.imageData(id, "manifest")).isEqualTo(signed);

        push(Digest.sha256Of(signed).toString(), signed);
        assertThatThrownBy(() -> pull("old@" + Digest.sha256Of(signed)))
                .isInstanceOf(CriusException.DataLoss.class)
                .hasMessageContaining("Manifest does not match provided manifest digest");
    }

    @Test
    void aRegistryThatKnowsNoTypesIsUnderstood() {
        registry.manifest("old", "plain", "application/json", manifest(top()));
        assertThat(store.image(pull("old:plain"))).isPresent();
    }

    @Test
    void aSecondPullFetchesNoLayer() {
        push("1", manifest(top()));
        pull("old:1");
        push("2", manifest(top()));
        pull("old:2");
        assertThat(registry.seen())
                .filteredOn(seen -> seen.method().equals("GET") && seen.path().contains("/blobs/"))
                .hasSize(2);
        assertThat(store.images()).hasSize(1);
    }

    @Test
    void aWrongBlobLeavesNothing() {
        registry.blob("old", top(), TestImage.gzip("pot".getBytes(StandardCharsets.UTF_8)));
        push("1", manifest(top()));
        assertThatThrownBy(() -> pull("old:1"))
                .isInstanceOf(CriusException.DataLoss.class)
                .hasMessageContaining("Digest did not match, expected " + top());
        store.assertNothingLeft();
    }

    @Test
    void aBlobThatIsMissingIsNotFound() {
        Digest missing = Digest.sha256Of(BASE);
        push("1", manifest(missing));
        assertThatThrownBy(() -> pull("old:1"))
                .isInstanceOf(CriusException.NotFound.class)
                .hasMessageContaining("asking for the size of blob " + missing);
        store.assertNothingLeft();
    }

    @Test
    void signaturesThatCannotBeReadAreRefused() {
        byte[] manifest = manifest(top());
        push("long", signed(manifest, 5_000_000));
        assertThatThrownBy(() -> pull("old:long"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("formatLength is 5000000");
        push("beyond", signed(manifest, 100_000));
        assertThatThrownBy(() -> pull("old:beyond"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("do not agree on what they sign");
    }

    @Test
    void stepsThatAreNoChainAreRefused() {
        refused("Invalid parent ID in the base layer", step(top(), "{\"id\":\"" + A + "\",\"parent\":\"" + B + "\"}"));
        refused("image ID \"../x\" is invalid", step(top(), "{\"id\":\"../x\"}"));
        refused(
                "Invalid parent ID. Expected " + A + ", got \"" + C + "\"",
                step(top(), "{\"id\":\"" + B + "\",\"parent\":\"" + C + "\"}"),
                step(top(), "{\"id\":\"" + A + "\"}"));
        refused(
                "ID " + A + " appears multiple times",
                step(top(), "{\"id\":\"" + A + "\",\"parent\":\"" + B + "\"}"),
                step(top(), "{\"id\":\"" + B + "\",\"parent\":\"" + A + "\"}"),
                step(top(), "{\"id\":\"" + A + "\"}"));
    }

    private void refused(String reason, String... steps) {
        push("bad", manifest(steps));
        assertThatThrownBy(() -> pull("old:bad"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining(reason);
        store.assertNothingLeft();
    }

    @Test
    void neighboursWithOneIdAreOneStep() {
        push(
                "1",
                manifest(
                        step(NOTHING, "{\"id\":\"" + A + "\"}"),
                        step(Digest.sha256Of(TestImage.gzip(BASE)), "{\"id\":\"" + A + "\"}")));
        pull("old:1");
        assertThat(store.layerIds()).hasSize(1);
    }
}
