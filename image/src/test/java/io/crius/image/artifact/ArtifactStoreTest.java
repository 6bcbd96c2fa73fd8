package io.crius.image.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.image.fixture.TestArtifact;
import io.crius.linux.Linux;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageReference;
import io.crius.oci.image.Descriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactStoreTest {
    private static final byte[] SHARED = "shared".getBytes(UTF_8);

    @TempDir
    Path root;

    private final Linux linux = Linux.real();
    private final TestArtifact model = new TestArtifact("application/vnd.example.model")
            .file("weights/a.bin", "weights".getBytes(UTF_8))
            .file("shared", SHARED);
    private final TestArtifact policy = new TestArtifact("application/vnd.example.policy").file("policy.json", SHARED);

    private ArtifactStore store() {
        return ArtifactStore.open(root, List.of(), linux);
    }

    private static void put(ArtifactStore store, TestArtifact artifact, String name) {
        try (ArtifactStaging staging = store.stage()) {
            stage(staging, artifact);
            staging.commit(artifact.digest(), artifact.manifest(), artifact.needed(), name);
        } catch (ArtifactStaging.MissingBlobException e) {
            throw new AssertionError(e);
        }
    }

    private static void stage(ArtifactStaging staging, TestArtifact artifact) {
        for (int i = 0; i < artifact.needed().size(); i++) {
            if (!staging.has(artifact.needed().get(i))) {
                staging.put(
                        artifact.needed().get(i),
                        new ByteArrayInputStream(artifact.blobs().get(i)),
                        _ -> {});
            }
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void nothingIsMadeBeforeTheFirstArtifact() throws IOException {
        assertThat(store().list()).isEmpty();
        assertThat(files()).isEmpty();
    }

    @Test
    void anArtifactShowsItsFilesToEverybody() throws IOException {
        put(store(), model, "r.example/models/m:1");
        Artifact found =
                store().byName(ImageReference.parse("r.example/models/m:1")).orElseThrow();
        assertThat(found.digest()).isEqualTo(model.digest());
        assertThat(found.type()).isEqualTo("application/vnd.example.model");
        assertThat(found.size()).isEqualTo(7 + 6 + 2);
        assertThat(found.annotations()).containsEntry("made", "by hand");
        assertThat(found.files()).extracting(Artifact.File::name).containsExactly("weights/a.bin", "shared");
        Path file = found.files().getFirst().path();
        assertThat(file).hasContent("weights");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r--r--");
        assertThat(store().byId(model.digest().hex().substring(0, 12))).contains(found);
        assertThat(store().byName(ImageReference.parse("r.example/models/m@" + model.digest())))
                .contains(found);
        assertThat(store().byName(ImageReference.parse("r.example/models/other@" + model.digest())))
                .isEmpty();
    }

    @Test
    void theLayoutIsOneThatOtherToolsRead() throws IOException {
        put(store(), policy, "r.example/p:1");
        assertThat(root.resolve("artifacts/oci-layout")).hasContent("{\"imageLayoutVersion\":\"1.0.0\"}");
        assertThat(root.resolve("artifacts/index.json"))
                .content()
                .contains("\"org.opencontainers.image.ref.name\":\"r.example/p:1\"")
                .contains(policy.digest().toString());
    }

    @Test
    void aNameThatMovesTakesItsFormerContentAlongExceptWhatOthersNeed() throws IOException {
        put(store(), model, "r.example/x:1");
        put(store(), policy, "r.example/x:1");
        assertThat(store().list())
                .singleElement()
                .satisfies(one -> assertThat(one.digest()).isEqualTo(policy.digest()));
        assertThat(files())
                .noneMatch(file ->
                        file.contains(Digest.sha256Of("weights".getBytes(UTF_8)).hex()));
        assertThat(store().list().getFirst().files().getFirst().path()).hasContent("shared");
    }

    @Test
    void theLastNameTakesTheContent() throws IOException {
        ArtifactStore store = store();
        put(store, model, "r.example/a:1");
        put(store, model, "r.example/b:1");
        put(store, policy, "r.example/p:1");
        assertThat(store.list()).hasSize(2);
        store.removeNames(List.of("r.example/a:1"));
        assertThat(store.byName(ImageReference.parse("r.example/b:1"))).isPresent();
        store.removeNames(List.of("r.example/b:1", "r.example/never:1"));
        store.remove(policy.digest());
        store.remove(policy.digest());
        assertThat(store.list()).isEmpty();
        assertThat(files()).containsExactly("artifacts/index.json", "artifacts/index.lock", "artifacts/oci-layout");
    }

    @Test
    void whatIsNotCommittedLeavesNothing() throws IOException {
        ArtifactStore store = store();
        try (ArtifactStaging staging = store.stage()) {
            stage(staging, model);
        }
        assertThat(files()).isEmpty();
        assertThat(root.resolve("artifacts/tmp")).doesNotExist();
    }

    @Test
    void contentThatAnotherToolRemovesMeanwhileIsMissed() throws IOException {
        ArtifactStore store = store();
        put(store, policy, "r.example/p:1");
        try (ArtifactStaging staging = store.stage()) {
            stage(staging, model);
            store.remove(policy.digest());
            assertThatThrownBy(() ->
                            staging.commit(model.digest(), model.manifest(), model.needed(), "r.example/models/m:1"))
                    .isInstanceOf(ArtifactStaging.MissingBlobException.class)
                    .hasMessageContaining(Digest.sha256Of(SHARED).toString());
        }
        assertThat(store.list()).isEmpty();
    }

    @Test
    void aStreamThatFailsKeepsNothing() throws IOException {
        try (ArtifactStaging staging = store().stage()) {
            Descriptor blob = model.needed().getFirst();
            var broken = new InputStream() {
                @Override
                public int read() {
                    throw new CriusException.DataLoss("Digest did not match");
                }

                @Override
                public int read(byte[] target, int offset, int length) {
                    return read();
                }
            };
            assertThatThrownBy(() -> staging.put(blob, broken, _ -> {})).isInstanceOf(CriusException.DataLoss.class);
            assertThat(staging.has(blob)).isFalse();
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void namesThatLeadOutAreNotShown() {
        var evil = new TestArtifact("application/vnd.example.evil")
                .file("../../etc/passwd", "1".getBytes(UTF_8))
                .file("/etc/passwd", "2".getBytes(UTF_8))
                .file("a//b", "3".getBytes(UTF_8))
                .file("twice", "4".getBytes(UTF_8))
                .file("twice", "5".getBytes(UTF_8))
                .file("org.cncf.model.filepath", "model.gguf", "6".getBytes(UTF_8));
        put(store(), evil, "r.example/evil:1");
        assertThat(store().list().getFirst().files())
                .extracting(Artifact.File::name)
                .containsExactly("twice", "model.gguf");
    }

    @Test
    void readOnlyStoresAreAskedFirstAndNeverChanged() throws IOException {
        Path other = root.resolve("other");
        put(ArtifactStore.open(other, List.of(), linux), model, "r.example/models/m:1");
        ArtifactStore store = ArtifactStore.open(root, List.of(other, root.resolve("missing")), linux);
        put(store, policy, "r.example/p:1");
        assertThat(store.list()).hasSize(2);
        assertThat(store.provided(ImageReference.parse("r.example/models/m:1")))
                .get()
                .extracting(Artifact::access)
                .isEqualTo(Artifact.Access.READ_ONLY);
        assertThat(store.provided(ImageReference.parse("r.example/p:1"))).isEmpty();
        store.remove(model.digest());
        store.removeNames(List.of("r.example/models/m:1"));
        assertThat(store.list()).hasSize(2);
    }

    @Test
    void whatAProcessLeftThatDiedGoesAtTheNextStart() throws IOException {
        put(store(), policy, "r.example/p:1");
        Path blobs = root.resolve("artifacts/blobs/sha256");
        Path old = Files.writeString(blobs.resolve("a".repeat(64)), "left");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        Path fresh = Files.writeString(blobs.resolve("b".repeat(64)), "another tool is about to name it");
        Path dead = Files.createDirectories(root.resolve("artifacts/tmp/temp-dir-dead"));
        Files.writeString(dead.resolve("part"), "part");
        Files.writeString(root.resolve("artifacts/tmp/lock-dead"), "");
        assertThat(store().list()).hasSize(1);
        assertThat(old).doesNotExist();
        assertThat(fresh).exists();
        assertThat(root.resolve("artifacts/tmp")).doesNotExist();
    }

    @Test
    void aDamagedIndexIsNoReasonToDeleteAnything() throws IOException {
        put(store(), policy, "r.example/p:1");
        Files.writeString(root.resolve("artifacts/index.json"), "{");
        assertThat(store().list()).isEmpty();
        assertThatThrownBy(() -> put(store(), model, "r.example/models/m:1"))
                .isInstanceOf(CriusException.DataLoss.class)
                .hasMessageContaining("index.json");
        assertThat(files())
                .anyMatch(file -> file.contains(Digest.sha256Of(SHARED).hex()));
    }
}
