package io.crius.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.config.ShortNameMode;
import io.crius.image.ImageCatalog;
import io.crius.image.PinnedImages;
import io.crius.image.artifact.ArtifactStore;
import io.crius.image.auth.CredentialSource;
import io.crius.image.fixture.Clients;
import io.crius.image.fixture.FakeRegistry;
import io.crius.image.fixture.TempRegistriesConf;
import io.crius.image.fixture.TestImage;
import io.crius.image.pull.ImagePuller;
import io.crius.image.pull.ImageSources;
import io.crius.image.pull.PullLimits;
import io.crius.image.pull.PullPolicy;
import io.crius.image.pull.PullRequest;
import io.crius.image.pull.PullSettings;
import io.crius.image.registries.CurrentRegistries;
import io.crius.linux.Linux;
import io.crius.model.Attempts;
import io.crius.model.CriusException;
import io.crius.oci.image.ManifestType;
import io.crius.oci.image.Platform;
import io.crius.server.image.ImageRemovals;
import io.crius.server.image.RemoveImage;
import io.crius.server.recovery.Steps.Fault;
import io.crius.storage.archive.UnpackLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pulls and removals of images fail at each change to the store, without or after its effect. The error says where, no layer is
 * half-made, the same call then succeeds, and everything can be given back. A death of the daemon is not among the faults: what
 * it leaves is a matter of the real store, which {@code KilledWriterIT} and {@code PullCrashIT} kill.
 */
class PullFailureSweepTest {
    private static final int MORE_THAN_ENOUGH = 40;

    @TempDir
    Path folder;

    private final FakeRegistry registry = FakeRegistry.start();
    private final Clients clients = new Clients();

    @AfterEach
    void stop() {
        clients.transports().close();
        registry.close();
    }

    /** An operation in the situation that it is called in. */
    record Operation(String name, Consumer<Images> situation, Consumer<Images> call) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Operation> OPERATIONS = List.of(
            new Operation("PullImage", _ -> {}, images -> images.pull("app:1")),
            new Operation(
                    "PullImage of what shares a layer",
                    images -> images.pull("cousin:1"),
                    images -> images.pull("app:1")),
            new Operation(
                    "PullImage under a second name", images -> images.pull("app:2"), images -> images.pull("app:1")),
            new Operation("PullImage over another image's name", Images::nameAnother, images -> images.pull("app:1")),
            new Operation("RemoveImage", images -> images.pull("app:1"), images -> images.remove("app:1")),
            new Operation("RemoveImage of one name of two", Images::pullBoth, images -> images.remove("app:1")));

    static Stream<Arguments> operationsAndFaults() {
        return OPERATIONS.stream()
                .flatMap(operation -> Stream.of(Fault.FAILS_WITHOUT_EFFECT, Fault.FAILS_AFTER_ITS_EFFECT)
                        .map(fault -> Arguments.of(operation, fault)));
    }

    /** The images of one daemon. */
    private final class Images {
        final TestNode node;
        final ImagePuller puller;
        final RemoveImage removal;
        private final Path notes;

        Images(Path place) throws IOException {
            node = new TestNode(place);
            ArtifactStore artifacts = ArtifactStore.open(place, List.of(), Linux.real());
            CurrentRegistries registries = TempRegistriesConf.write(place, "", registry.host());
            puller = new ImagePuller(
                    node.store,
                    artifacts,
                    new ImageSources(registries, CredentialSource.NOTHING, clients.transports(), PullPolicy.ACCEPT_ALL),
                    new PullSettings(
                            ShortNameMode.ENFORCING,
                            new Platform("linux", "amd64", ""),
                            new PullLimits(1, 1, 1, 16 << 20),
                            UnpackLimits.GENEROUS));
            var catalog = new ImageCatalog(
                    node.store, artifacts, registries, () -> new PinnedImages(List.of(), "pause.example/pause:1"));
            notes = place.resolve("removals");
            removal = new RemoveImage(catalog, removals(), _ -> {}, _ -> Optional.empty());
        }

        /** As a daemon has them that starts now. */
        ImageRemovals removals() {
            return new ImageRemovals(node.store, Linux.real().files(), notes);
        }

        void pull(String image) {
            assertThat(puller.pull(PullRequest.of(registry.name(image)))).isNotNull();
        }

        void pullBoth() {
            pull("app:1");
            pull("app:2");
        }

        /** An older image has the name that the pull is going to take. */
        void nameAnother() {
            TestImage older = image("older").push(registry, "app", "1");
            pull("app:1");
            assertThat(older.id()).isNotEqualTo(app().id());
            publish();
        }

        void remove(String image) {
            removal.remove(registry.name(image));
        }

        void removeEverything() {
            node.store.images().stream()
                    .filter(image -> !image.id().equals(FakeStore.IMAGE))
                    .forEach(image -> removal.remove(image.id().value()));
            int _ = node.store.deleteUnusedLayers(Instant.now());
        }
    }

    private static TestImage image(String top) {
        return new TestImage()
                .layer(TestImage.noise(1, 50_000))
                .layer(top.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static TestImage app() {
        return image("app");
    }

    private void publish() {
        app().push(registry, "app", "1");
        registry.manifest("app", "2", ManifestType.OCI_MANIFEST.mediaType(), app().manifest());
        image("cousin").push(registry, "cousin", "1");
    }

    @ParameterizedTest
    @MethodSource("operationsAndFaults")
    void whateverChangeFailsTheStoreIsWhole(Operation operation, Fault fault) throws Exception {
        int steps = 0;
        boolean reached = true;
        while (reached) {
            steps++;
            assertThat(steps).as("changes of %s", operation).isLessThan(MORE_THAN_ENOUGH);
            reached = goesWrong(operation, steps, fault);
        }
        assertThat(steps).as("changes of %s", operation).isGreaterThan(1);
    }

    private boolean goesWrong(Operation operation, int step, Fault fault) throws IOException {
        publish();
        var images = new Images(Files.createDirectories(folder.resolve(Integer.toString(step))));
        operation.situation.accept(images);
        images.node.steps.failAt(step, fault);
        Optional<CriusException> error = attempt(operation, images);
        images.node.steps.failNothing();
        String hit = images.node.steps.hit();
        String when = operation + " failed at " + hit;
        if (!hit.isEmpty()) {
            error.ifPresent(e -> assertThat(e).hasMessageContaining(hit + ": injected error"));
        }

        assertThat(images.node.store.halfMade()).as(when).isEmpty();
        operation.call.accept(images);
        assertThat(images.puller.inProgress()).as(when).isEmpty();
        images.removeEverything();
        assertThat(images.node.store.leftovers()).as(when).isEmpty();
        return !hit.isEmpty();
    }

    @Test
    void aRemovalThatWasCutOffBetweenAnImageAndItsLayersIsFinishedByTheNextDaemon() throws Exception {
        publish();
        var images = new Images(folder);
        images.pullBoth();
        images.pull("cousin:1");
        images.node.steps.failAlways("delete layers of image");
        assertThatThrownBy(() -> images.removal.remove(app().id())).hasMessageContaining("injected error");
        images.node.steps.heal();
        List<String> left = images.node.store.leftovers();
        assertThat(left).isNotEmpty();
        var removals = new Attempts();
        images.removals().finishEarlier(removals);
        removals.throwFailures();
        assertThat(images.node.store.leftovers()).hasSizeLessThan(left.size());
        images.removal.remove(registry.name("cousin:1"));
        assertThat(images.node.store.leftovers()).isEmpty();
        assertThat(folder.resolve("removals")).isEmptyDirectory();
    }

    private static Optional<CriusException> attempt(Operation operation, Images images) {
        try {
            operation.call.accept(images);
            return Optional.empty();
        } catch (CriusException e) {
            return Optional.of(e);
        }
    }
}
