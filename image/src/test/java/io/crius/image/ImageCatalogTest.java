package io.crius.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.image.artifact.Artifact;
import io.crius.image.artifact.ArtifactStaging;
import io.crius.image.artifact.ArtifactStore;
import io.crius.image.fixture.MemoryStore;
import io.crius.image.fixture.TestArtifact;
import io.crius.image.fixture.TestImage;
import io.crius.image.registries.RegistriesConf;
import io.crius.image.registries.SearchList;
import io.crius.linux.Linux;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.storage.ImageData;
import io.crius.storage.NewImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageCatalogTest {
    @TempDir
    static Path folder;

    private final ArtifactStore artifacts =
            ArtifactStore.open(folder.resolve(UUID.randomUUID().toString()), List.of(), Linux.real());
    private final MemoryStore store = new MemoryStore();
    private final PinnedImages pinned = new PinnedImages(List.of("*pinned*"), "pause.example/pause:1");
    private final ImageCatalog catalog = new ImageCatalog(
            store,
            artifacts,
            () -> new RegistriesConf(
                    "registries.conf",
                    new SearchList(List.of("s1.example", "s2.example"), "registries.conf:1"),
                    List.of(),
                    Map.of("app", "r.example/app"),
                    List.of()),
            () -> pinned);
    private final TestImage one = new TestImage().user("1000:5");
    private final TestImage two = new TestImage().user("app");

    private ImageId put(TestImage image, String... names) {
        Digest config = Digest.sha256Of(image.config());
        return store.putImage(new NewImage(
                        new ImageId(image.id()),
                        image.digest(),
                        List.of(names),
                        Optional.empty(),
                        "{}",
                        Instant.EPOCH,
                        List.of(
                                new ImageData(config.toString(), config, image.config()),
                                new ImageData("manifest", image.digest(), image.manifest()))))
                .id();
    }

    private Optional<String> found(String name) {
        return catalog.find(name).map(image -> image.id().value());
    }

    @Test
    void anImageIsShownAsTheCriWantsIt() {
        put(one, "r.example/b:2", "r.example/a:1", "r.example/a@" + one.digest());
        Image image = catalog.list().getFirst();
        assertThat(image.repoTags()).containsExactly("r.example/a:1", "r.example/b:2");
        assertThat(image.repoDigests()).containsExactly("r.example/a@" + one.digest(), "r.example/b@" + one.digest());
        assertThat(image.size()).hasValue(one.config().length + one.manifest().length);
        assertThat(image.user()).isEqualTo(new ImageUser(OptionalLong.of(1000), Optional.empty()));
        assertThat(image.annotations()).containsEntry("made", "by hand");
        assertThat(image.pinned()).isEqualTo(Image.Pinned.NO);
    }

    @Test
    void anImageIsReadAgainOnlyWhenItsRecordChanges() {
        put(one, "r.example/a:1");
        ImageId id = put(two, "r.example/b:1");
        List<Image> first = catalog.list();
        assertThat(catalog.list()).isSameAs(first);

        store.addImageName(id, "r.example/c:1");

        List<Image> second = catalog.list();
        assertThat(second.get(0)).isSameAs(first.get(0));
        assertThat(second.get(1).repoTags()).containsExactly("r.example/b:1", "r.example/c:1");
    }

    @Test
    void anImageThatCouldNotBeReadIsReadAgain() {
        ImageId id = put(one, "r.example/a:1");
        store.unreadable(id);
        assertThat(catalog.list().getFirst().user()).isEqualTo(ImageUser.NONE);

        store.readable(id);

        assertThat(catalog.list().getFirst().user().uid()).hasValue(1000);
    }

    @Test
    void pinnedImagesAreMarked() {
        put(one, "r.example/pinned/a:1");
        put(two, "pause.example/pause:1");
        assertThat(catalog.list()).allMatch(image -> image.pinned() == Image.Pinned.YES);
    }

    @Test
    void anImageIsFoundByEverySpelling() {
        ImageId id = put(one, "r.example/app:latest", "docker.io/library/busybox:1");
        for (String name : List.of(
                id.value(),
                id.value().substring(0, 12),
                id.value().substring(0, 3),
                "sha256:" + id,
                "r.example/app",
                "r.example/app:latest",
                "docker://r.example/app",
                "app",
                "docker.io/busybox:1",
                "r.example/app@" + one.digest(),
                "r.example/app:other@" + one.digest(),
                "app@" + one.digest())) {
            assertThat(found(name)).as(name).contains(id.value());
        }
    }

    @Test
    void whatIsMeantOtherwiseIsNotFound() {
        put(one, "r.example/app:1");
        for (String name : List.of(
                one.id().substring(0, 2),
                "r.example/app",
                "r.example/other:1",
                "other.example/app@" + one.digest(),
                "r.example/app@" + two.digest(),
                "UPPER/case",
                "0".repeat(64))) {
            assertThat(found(name)).as(name).isEmpty();
        }
    }

    @Test
    void shortNamesAreSoughtOnLocalhostThenInSearchRegistries() {
        put(one, "s2.example/x:latest");
        assertThat(found("x")).contains(one.id());
        put(two, "localhost/x:latest");
        assertThat(found("x")).contains(two.id());
    }

    @Test
    void anEmptyNameIsRefused() {
        assertThatThrownBy(() -> catalog.find(""))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("no image specified");
        assertThatThrownBy(() -> catalog.remove("")).isInstanceOf(CriusException.InvalidArgument.class);
    }

    @Test
    void removingANameLeavesTheOthersAndTheLastOneTakesTheImage() {
        put(one, "r.example/a:1", "r.example/b:1");
        catalog.remove("r.example/a:1");
        assertThat(catalog.list().getFirst().repoTags()).containsExactly("r.example/b:1");
        catalog.remove("r.example/b:1");
        assertThat(catalog.list()).isEmpty();
    }

    @Test
    void removingAnIdTakesTheImageWithAllNames() {
        put(one, "r.example/a:1", "r.example/b:1");
        catalog.remove(one.id().substring(0, 10));
        assertThat(catalog.list()).isEmpty();
    }

    @Test
    void removingByADigestTakesTheNamesOfItsRepository() {
        put(one, "r.example/a:1", "r.example/b:1");
        catalog.remove("r.example/a@" + one.digest());
        assertThat(catalog.list().getFirst().repoTags()).containsExactly("r.example/b:1");
    }

    @Test
    void removingWhatIsNotThereIsNoError() {
        put(one, "r.example/a:1");
        catalog.remove("r.example/other:1");
        catalog.remove("f".repeat(64));
        assertThat(catalog.list()).hasSize(1);
    }

    @Test
    void anImageInUseKeepsItsLastName() {
        store.use(put(one, "r.example/a:1", "r.example/b:1"));
        catalog.remove("r.example/a:1");
        assertThatThrownBy(() -> catalog.remove("r.example/b:1"))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("image is in use by a container");
        assertThat(catalog.list().getFirst().repoTags()).containsExactly("r.example/b:1");
    }

    @Test
    void anImageThatLostItsNamesIsShownUnderItsFormerRepository() {
        put(one, "r.example/a:1");
        put(two, "r.example/a:1");
        Image lost = catalog.find(one.id()).orElseThrow();
        assertThat(lost.repoTags()).isEmpty();
        assertThat(lost.repoDigests()).containsExactly("r.example/a@" + one.digest());
    }

    @Test
    void configurationsAreReadForContainers() {
        ImageId id = put(two, "r.example/a:1");
        assertThat(catalog.resolve("r.example/a:1")).contains(id);
        assertThat(catalog.config(id).defaults().user()).isEqualTo("app");
        assertThat(catalog.configDocument(id).string("architecture")).contains("amd64");
        assertThatThrownBy(() -> catalog.config(ImageId.random())).isInstanceOf(CriusException.NotFound.class);
    }

    @Test
    void anImageThatCannotBeReadIsListedAllTheSame() {
        store.putImage(new NewImage(
                new ImageId(one.id()),
                one.digest(),
                List.of("r.example/a:1"),
                Optional.empty(),
                "{}",
                Instant.EPOCH,
                List.of()));
        assertThat(catalog.list()).singleElement().satisfies(image -> {
            assertThat(image.repoTags()).containsExactly("r.example/a:1");
            assertThat(image.user().name()).isEmpty();
        });
    }

    private TestArtifact putArtifact(String name) {
        var artifact = new TestArtifact("application/vnd.example.model").file("a.bin", new byte[100]);
        try (ArtifactStaging staging = artifacts.stage()) {
            for (int i = 0; i < 2; i++) {
                staging.put(
                        artifact.needed().get(i),
                        new ByteArrayInputStream(artifact.blobs().get(i)),
                        _ -> {});
            }
            staging.commit(artifact.digest(), artifact.manifest(), artifact.needed(), name);
        } catch (ArtifactStaging.MissingBlobException e) {
            throw new AssertionError(e);
        }
        return artifact;
    }

    @Test
    void artifactsAreListedAndFoundAsImagesAre() {
        put(one, "r.example/a:1");
        TestArtifact model = putArtifact("r.example/models/m:1");
        assertThat(catalog.list()).extracting(Image::kind).containsExactly(Image.Kind.IMAGE, Image.Kind.ARTIFACT);
        Image shown = catalog.find("r.example/models/m:1").orElseThrow();
        assertThat(shown.id().value()).isEqualTo(model.digest().hex());
        assertThat(shown.size()).hasValue(102);
        assertThat(shown.repoTags()).containsExactly("r.example/models/m:1");
        assertThat(shown.repoDigests()).containsExactly("r.example/models/m@" + model.digest());
        assertThat(found(model.digest().hex().substring(0, 8)))
                .contains(model.digest().hex());
        assertThat(found("r.example/models/m@" + model.digest()))
                .contains(model.digest().hex());
        assertThat(catalog.artifact("r.example/models/m:1").orElseThrow().files())
                .extracting(Artifact.File::name)
                .containsExactly("a.bin");
        assertThat(catalog.artifact("r.example/a:1")).isEmpty();
        assertThat(catalog.resolve("r.example/models/m:1")).isEmpty();
    }

    @Test
    void artifactsArePinnedByTheSamePatterns() {
        putArtifact("r.example/pinned/m:1");
        assertThat(catalog.list()).allMatch(image -> image.pinned() == Image.Pinned.YES);
    }

    @Test
    void artifactsAreRemovedByNameAndById() {
        TestArtifact model = putArtifact("r.example/models/m:1");
        putArtifact("r.example/models/m:2");
        catalog.remove("r.example/models/m:1");
        assertThat(catalog.list().getFirst().repoTags()).containsExactly("r.example/models/m:2");
        catalog.remove(model.digest().hex());
        assertThat(catalog.list()).isEmpty();
    }
}
