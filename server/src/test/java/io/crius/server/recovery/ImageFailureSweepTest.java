package io.crius.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.crius.image.pull.PullRequest;
import io.crius.image.pull.PullSettings;
import io.crius.image.registries.RegistriesConf;
import io.crius.model.CriusException;
import io.crius.oci.image.Platform;
import io.crius.server.image.PullImage;
import io.crius.server.image.RemoveImage;
import io.crius.server.metrics.PullCounts;
import io.crius.server.recovery.Steps.Fault;
import io.crius.storage.archive.UnpackLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * PullImage and RemoveImage go wrong at each call to the store and at each request to a registry on this machine. Afterwards the
 * error says what and why, nothing is left, and the image can be had.
 */
@Timeout(120)
class ImageFailureSweepTest {
    private static final int MORE_THAN_ENOUGH = 30;

    @TempDir
    Path folder;

    private final FakeRegistry registry = FakeRegistry.start();
    private final Clients clients = new Clients();
    private String name = "";

    @BeforeEach
    void pushImage() {
        FailureSweepTest.letTheDeadRest();
        TestImage _ = new TestImage()
                .layer(TestImage.noise(1, 30_000))
                .layer("top".getBytes(StandardCharsets.UTF_8))
                .push(registry, "team/app", "1");
        name = registry.name("team/app:1");
    }

    @AfterEach
    void stop() {
        clients.transports().close();
        registry.close();
        FailureSweepTest.forgetTheDead();
    }

    /** The calls of a daemon on the node. */
    private record Images(PullImage pull, RemoveImage remove, ImagePuller puller) {}

    private Images daemon(TestNode node) {
        var artifacts = ArtifactStore.open(node.folder, List.of(), node.linux);
        var puller = new ImagePuller(
                node.store,
                artifacts,
                new ImageSources(
                        TempRegistriesConf.write(folder, "", registry.host()),
                        CredentialSource.NOTHING,
                        clients.transports(),
                        _ -> List.of()),
                new PullSettings(
                        ShortNameMode.ENFORCING,
                        new Platform("linux", "amd64", ""),
                        PullLimits.of(2),
                        UnpackLimits.GENEROUS));
        var catalog = new ImageCatalog(
                node.store, artifacts, () -> RegistriesConf.empty("test"), () -> new PinnedImages(List.of(), "pause"));
        return new Images(
                new PullImage(puller, new PullCounts()), new RemoveImage(catalog, _ -> Optional.empty()), puller);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void whateverCallOfAPullGoesWrongNothingIsLeft(Fault fault) throws Exception {
        int calls = 1;
        while (pullGoesWrong(calls, fault)) {
            calls++;
            assertThat(calls).isLessThan(MORE_THAN_ENOUGH);
        }
        // Two layers that are staged and committed, and the record.
        assertThat(calls).isGreaterThan(5);
    }

    private boolean pullGoesWrong(int call, Fault fault) throws IOException {
        TestNode node = node("pull-" + call);
        Images images = daemon(node);
        node.steps.failAt(call, fault);
        Optional<Throwable> error = attempt(() -> images.pull().pull(PullRequest.of(name)));
        node.steps.failNothing();
        if (node.steps.hit().isEmpty()) {
            assertThat(error).isEmpty();
            return false;
        }
        boolean dead = fault.isDeath();
        error.ifPresent(e -> explains(e, "pull " + name, node.steps.hit(), dead));
        node.steps.heal();
        Images after = dead ? daemon(node) : images;
        if (!dead && error.isPresent()) {
            assertThat(node.leftovers())
                    .as("pull went wrong at %s", node.steps.hit())
                    .isEmpty();
        }
        assertThat(after.pull().pull(PullRequest.of(name))).isNotNull();
        after.remove().remove(name);
        assertThat(node.leftovers())
                .as("pull went wrong at %s", node.steps.hit())
                .isEmpty();
        return true;
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void whateverCallOfARemovalGoesWrongTheImageCanBeRemovedAndHadAgain(Fault fault) throws Exception {
        int calls = 1;
        while (removalGoesWrong(calls, fault)) {
            calls++;
            assertThat(calls).isLessThan(MORE_THAN_ENOUGH);
        }
        assertThat(calls).isGreaterThan(1);
    }

    private boolean removalGoesWrong(int call, Fault fault) throws IOException {
        TestNode node = node("removal-" + call);
        Images images = daemon(node);
        assertThat(images.pull().pull(PullRequest.of(name))).isNotNull();
        node.steps.failAt(call, fault);
        Optional<Throwable> error = attempt(() -> images.remove().remove(name));
        node.steps.failNothing();
        if (node.steps.hit().isEmpty()) {
            assertThat(error).isEmpty();
            assertThat(node.leftovers()).isEmpty();
            return false;
        }
        error.ifPresent(e -> explains(e, "", node.steps.hit(), fault.isDeath()));
        node.steps.heal();
        Images after = fault.isDeath() ? daemon(node) : images;
        assertThat(after.pull().pull(PullRequest.of(name))).isNotNull();
        after.remove().remove(name);
        assertThat(node.leftovers())
                .as("removal went wrong at %s", node.steps.hit())
                .isEmpty();
        return true;
    }

    @Test
    void whateverRequestOfAPullFailsNothingIsLeft() throws Exception {
        TestNode node = node("requests");
        Images images = daemon(node);
        assertThat(images.pull().pull(PullRequest.of(name))).isNotNull();
        images.remove().remove(name);
        int requests = registry.seen().size();
        assertThat(requests).isGreaterThan(3);
        for (int i = 0; i < requests; i++) {
            var left = new AtomicInteger(i);
            FakeRegistry.Fault refusal = FakeRegistry.status("/", 403, "");
            registry.fault(exchange -> left.getAndDecrement() == 0 && refusal.answered(exchange));
            Optional<Throwable> error = attempt(() -> images.pull().pull(PullRequest.of(name)));
            assertThat(error)
                    .as("request %d", i)
                    .get()
                    .isInstanceOf(CriusException.class)
                    .extracting(Throwable::getMessage)
                    .asString()
                    .contains("pull " + name, registry.host(), "403");
            assertThat(node.leftovers()).as("request %d", i).isEmpty();
        }
        assertThat(images.pull().pull(PullRequest.of(name))).isNotNull();
        images.remove().remove(name);
        assertThat(node.leftovers()).isEmpty();
    }

    private TestNode node(String name) throws IOException {
        return new TestNode(Files.createDirectories(folder.resolve(name)));
    }

    private static Optional<Throwable> attempt(Runnable call) {
        try {
            call.run();
            return Optional.empty();
        } catch (CriusException | Steps.Death e) {
            return Optional.of(e);
        }
    }

    private static void explains(Throwable error, String call, String step, boolean dead) {
        if (!dead) {
            assertThat(error)
                    .isInstanceOf(CriusException.Failed.class)
                    .hasMessageContaining(call)
                    .hasMessageContaining(step + ": injected error");
        }
    }
}
