package io.crius.image.pull;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.config.ShortNameMode;
import io.crius.image.artifact.ArtifactStore;
import io.crius.image.auth.CredentialSource;
import io.crius.image.encryption.KeyFolder;
import io.crius.image.fixture.Clients;
import io.crius.image.fixture.EncryptedImage;
import io.crius.image.fixture.FakeRegistry;
import io.crius.image.fixture.MemoryStore;
import io.crius.image.fixture.TempRegistriesConf;
import io.crius.image.fixture.TestImage;
import io.crius.image.trust.signature.SimpleSignature;
import io.crius.linux.Linux;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.oci.image.ImageManifest;
import io.crius.oci.image.Manifest;
import io.crius.oci.image.ManifestType;
import io.crius.oci.image.Platform;
import io.crius.storage.Compression;
import io.crius.storage.StoredImage;
import io.crius.storage.archive.UnpackLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptedPullTest {
    private static final KeyPair OURS = EncryptedImage.rsa();
    private static final String PUBLIC = "org.opencontainers.image.enc.pubopts";

    @TempDir
    Path folder;

    private final FakeRegistry registry = FakeRegistry.start();
    private final Clients clients = new Clients();
    private final MemoryStore store = new MemoryStore();
    private final TestImage plain =
            new TestImage().layer(TestImage.noise(1, 300_000)).layer("top".getBytes(UTF_8));
    private final EncryptedImage image = EncryptedImage.of(plain, OURS.getPublic());
    private PullPolicy policy = PullPolicy.ACCEPT_ALL;
    private Path keys = Path.of("/");

    @BeforeEach
    void prepare() throws IOException {
        keys = Files.createDirectory(folder.resolve("keys"));
        Files.writeString(keys.resolve("own.pem"), EncryptedImage.pem(OURS));
    }

    @AfterEach
    void stop() {
        clients.transports().close();
        registry.close();
        assertThat(store.stagings()).isZero();
    }

    private ImagePuller puller() {
        return new ImagePuller(
                store,
                ArtifactStore.open(folder, List.of(), Linux.real()),
                new ImageSources(
                        TempRegistriesConf.write(folder, "", registry.host()),
                        CredentialSource.NOTHING,
                        clients.transports(),
                        policy,
                        new KeyFolder(() -> keys)),
                new PullSettings(
                        ShortNameMode.ENFORCING,
                        new Platform("linux", "amd64", ""),
                        PullLimits.of(2),
                        UnpackLimits.GENEROUS));
    }

    private ImageId pull(String name) {
        return puller().pull(PullRequest.of(registry.name(name)));
    }

    private void assertNothing() {
        assertThat(store.images()).isEmpty();
        assertThat(store.layerIds()).isEmpty();
    }

    private long blobRequests() {
        return registry.paths().stream()
                .filter(path -> path.contains("/blobs/"))
                .count();
    }

    @Test
    void theImageIsStoredAsTheOneThatWasEncrypted() {
        image.push(registry, "team/app", "1");
        ImageId id = pull("team/app:1");
        assertThat(id.value()).isEqualTo(plain.id());
        StoredImage stored = store.image(id).orElseThrow();
        byte[] kept = store.imageData(id, "manifest");
        Digest digest = Digest.sha256Of(kept);
        assertThat(stored.digest()).contains(image.digest());
        assertThat(stored.data().stream().map(StoredImage.DataItem::key))
                .containsExactly(
                        "sha256:" + plain.id(), "manifest-" + image.digest(), "manifest-" + digest, "manifest");
        assertThat(store.imageData(id, "manifest-" + image.digest())).isEqualTo(image.manifest());
        var manifest = (ImageManifest) Manifest.parse(kept, ManifestType.OCI_MANIFEST);
        for (int i = 0; i < 2; i++) {
            var layer = manifest.layers().get(i);
            assertThat(layer.mediaType()).isEqualTo("application/vnd.oci.image.layer.v1.tar+gzip");
            assertThat(layer.digest()).isEqualTo(plain.blobDigest(i));
            assertThat(layer.size()).isEqualTo(plain.blob(i).length);
            assertThat(layer.annotations()).containsOnlyKeys("keep");
        }
        assertThat(store.blobs()).allMatch(blob -> blob.compression() == Compression.GZIP);
        assertThat(store.blobs().stream().map(blob -> blob.digest()))
                .containsExactly(plain.blobDigest(0), plain.blobDigest(1));
    }

    @Test
    void anIndexIsKeptAndOnlyTheImagesOwnManifestIsAnother() {
        image.push(registry, "team/app", "x");
        byte[] index = """
                {"schemaVersion":2,"mediaType":"%s","manifests":[{"mediaType":"%s","digest":"%s","size":%d,\
                "platform":{"os":"linux","architecture":"amd64"}}]}""".formatted(
                        ManifestType.OCI_INDEX.mediaType(),
                        ManifestType.OCI_MANIFEST.mediaType(),
                        image.digest(),
                        image.manifest().length)
                .getBytes(UTF_8);
        registry.manifest("team/app", "1", ManifestType.OCI_INDEX.mediaType(), index);
        registry.manifest(
                "team/app", image.digest().toString(), ManifestType.OCI_MANIFEST.mediaType(), image.manifest());
        ImageId id = pull("team/app:1");
        StoredImage stored = store.image(id).orElseThrow();
        assertThat(stored.digest()).contains(Digest.sha256Of(index));
        Digest digest = Digest.sha256Of(store.imageData(id, "manifest"));
        assertThat(stored.data().stream().map(StoredImage.DataItem::key))
                .containsExactly(
                        "sha256:" + plain.id(), "manifest-" + Digest.sha256Of(index), "manifest-" + digest, "manifest");
    }

    /** Who has no key gets nothing that another one pulled, and who has fetches it again. */
    @Test
    void whatIsInTheStoreIsNoReasonNotToDecrypt() throws IOException {
        plain.push(registry, "team/plain", "1");
        ImageId id = pull("team/plain:1");
        image.push(registry, "team/app", "1");
        long before = blobRequests();
        assertThat(pull("team/app:1")).isEqualTo(id);
        assertThat(blobRequests() - before).isEqualTo(3);
        assertThat(store.layerIds()).hasSize(2);
        assertThat(store.image(id).orElseThrow().names()).hasSize(2);
        Files.delete(keys.resolve("own.pem"));
        assertThatThrownBy(() -> pull("team/app:1"))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("pull " + registry.name("team/app:1") + ": decrypting layer 0 ("
                        + image.layer(0).digest() + "): missing private key needed for decryption")
                .hasMessageContaining("no key is in " + keys);
        assertThat(store.images()).hasSize(1);
    }

    @Test
    void withoutAKeyThatFitsNoBlobIsFetched() throws IOException {
        image.push(registry, "team/app", "1");
        Files.writeString(keys.resolve("own.pem"), EncryptedImage.pem(EncryptedImage.rsa()));
        assertThatThrownBy(() -> pull("team/app:1"))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("tried in vain: 1 key in " + keys);
        assertThat(blobRequests()).isZero();
        assertNothing();
    }

    /** The registry serves what the manifest says, but somebody who has no key made it. */
    @Test
    void aBlobOfSomebodyElseIsRefused() {
        byte[] other = image.layer(0).blob().clone();
        other[other.length - 1] ^= 1;
        image.blob(0, other).push(registry, "team/app", "1");
        assertTampered();
        image.blob(0, Arrays.copyOf(other, other.length - 1000)).push(registry, "team/app", "1");
        assertTampered();
        image.blob(0, TestImage.noise(5, 5)).push(registry, "team/app", "1");
        assertTampered();
    }

    private void assertTampered() {
        assertThatThrownBy(() -> pull("team/app:1"))
                .isInstanceOf(CriusException.DataLoss.class)
                .hasMessageContaining("layer 0 (" + image.layer(0).digest()
                        + "): the encrypted layer does not have the HMAC that its annotations say");
        assertNothing();
    }

    @Test
    void anotherHmacIsRefused() {
        String text = new String(
                Base64.getDecoder().decode(image.layer(1).annotations().get(PUBLIC)), UTF_8);
        String code = text.replaceFirst("\"hmac\":\"[^\"]+\"", "\"hmac\":\"" + "A".repeat(43) + "=\"");
        image.annotate(1, PUBLIC, Base64.getEncoder().encodeToString(code.getBytes(UTF_8)))
                .push(registry, "team/app", "1");
        assertThatThrownBy(() -> pull("team/app:1"))
                .isInstanceOf(CriusException.DataLoss.class)
                .hasMessageContaining("does not have the HMAC");
        assertNothing();
    }

    @Test
    void aDamagedBlobIsToldByItsDigest() {
        image.push(registry, "team/app", "1");
        registry.blob(
                "team/app",
                image.layer(0).digest(),
                TestImage.noise(9, image.layer(0).blob().length));
        assertThatThrownBy(() -> pull("team/app:1"))
                .isInstanceOf(CriusException.DataLoss.class)
                .hasMessageContaining(
                        "Digest did not match, expected " + image.layer(0).digest());
        assertNothing();
    }

    /** The configuration says what the content has to be, whatever was encrypted. */
    @Test
    void anotherContentIsRefused() {
        plain.diffId(0, Digest.sha256Of(new byte[1]));
        image.push(registry, "team/app", "1");
        assertThatThrownBy(() -> pull("team/app:1"))
                .isInstanceOf(CriusException.DataLoss.class)
                .hasMessageContaining("does not match config's DiffID");
        assertNothing();
    }

    @Test
    void aSignedImageCannotBeDecrypted() {
        policy = _ -> List.of(new SimpleSignature(new byte[] {1}));
        image.push(registry, "team/app", "1");
        assertThatThrownBy(() -> pull("team/app:1"))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("layer " + image.layer(0).digest()
                        + " is encrypted, and decrypting changes the manifest, which would invalidate the signatures");
        assertThat(blobRequests()).isZero();
    }

    @Test
    void aNameWithADigestCannotBeKept() {
        image.push(registry, "team/app", "1");
        registry.manifest(
                "team/app", image.digest().toString(), ManifestType.OCI_MANIFEST.mediaType(), image.manifest());
        assertThatThrownBy(() -> pull("team/app@" + image.digest()))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("pull it by a tag");
    }

    @Test
    void manifestsOfDockerHaveNoEncryptedLayers() {
        image.docker().push(registry, "team/app", "1");
        assertThatThrownBy(() -> pull("team/app:1"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("which only manifests of OCI can say");
    }

    @Test
    void layersWithoutCompressionAreDecryptedToo() {
        var tar = new TestImage().layer(TestImage.noise(4, 70_000), TestImage.noise(4, 70_000));
        var encrypted = EncryptedImage.of(tar, OURS.getPublic())
                .mediaType("application/vnd.oci.image.layer.v1.tar+encrypted")
                .push(registry, "team/app", "1");
        pull("team/app:1");
        assertThat(store.blobs()).singleElement().satisfies(blob -> {
            assertThat(blob.compression()).isEqualTo(Compression.NONE);
            assertThat(blob.digest())
                    .isEqualTo(tar.blobDigest(0))
                    .isNotEqualTo(encrypted.layer(0).digest());
        });
    }

    @Test
    void pullsAtTheSameTimeFetchEachLayerOnce() throws Exception {
        image.push(registry, "team/app", "1");
        registry.manifest("team/app", "2", ManifestType.OCI_MANIFEST.mediaType(), image.manifest());
        ImagePuller puller = puller();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<ImageId>> wishes = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String name = registry.name("team/app:" + (1 + i % 2));
                wishes.add(() -> puller.pull(PullRequest.of(name)));
            }
            for (Future<ImageId> done : threads.invokeAll(wishes)) {
                assertThat(done.get().value()).isEqualTo(plain.id());
            }
        }
        assertThat(store.layerIds()).hasSize(2);
    }
}
