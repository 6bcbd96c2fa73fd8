package io.crius.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.image.ImageCatalog;
import io.crius.image.PinnedImages;
import io.crius.image.artifact.ArtifactStore;
import io.crius.image.registries.RegistriesConf;
import io.crius.linux.Linux;
import io.crius.model.CriusException;
import io.crius.server.explain.Explainer;
import io.crius.server.explain.Explanation;
import io.crius.server.explain.Requests;
import io.crius.server.recovery.Steps.Hold;
import io.crius.server.state.Container;
import io.crius.server.state.Pod;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of objects in each of their states. */
class ExplainerTest {
    @TempDir
    Path folder;

    private TestNode node;
    private TestDaemon daemon;
    private Explainer explainer;

    @BeforeEach
    void start() throws IOException {
        node = new TestNode(folder);
        daemon = new TestDaemon(node);
        explainer = explainer(node, daemon);
    }

    static Explainer explainer(TestNode node, TestDaemon daemon) {
        var catalog = new ImageCatalog(
                node.store,
                ArtifactStore.open(node.folder.resolve("artifacts"), List.of(), Linux.real()),
                () -> RegistriesConf.empty("none"),
                () -> new PinnedImages(List.of(), "pause"));
        return new Explainer(
                daemon.registry, new Requests(), daemon.ledger, catalog, new Explainer.Work(List::of, List::of));
    }

    @AfterEach
    void end() {
        node.steps.heal();
        daemon.removeEverything();
        daemon.close();
    }

    private Explanation only(String word) {
        List<Explanation> found = explainer.find(word);
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    @Test
    void aPodHoldsWhatItsPlanHasUntilAllIsGivenBack() {
        Pod pod = daemon.runPod();
        assertThat(only("default/web").held())
                .contains(
                        "addresses [10.1.2.3]",
                        "cgroup parent " + pod.definition().cgroupParent())
                .anyMatch(held -> held.startsWith("NETWORK namespace "))
                .anyMatch(held -> held.startsWith("shared memory "))
                .anyMatch(held -> held.startsWith("folder "));
        assertThat(only("web").facts()).containsEntry("state", "ready");

        node.steps.failAlways("detach");
        assertThatThrownBy(() -> daemon.stopPod(pod)).isInstanceOf(CriusException.Failed.class);
        assertThat(only("web").facts().get("state")).endsWith("not all of it is given back yet");
        assertThat(only("web").held()).anyMatch(held -> held.startsWith("NETWORK namespace "));

        node.steps.heal();
        daemon.reconcile();
        assertThat(only("web").held()).isEmpty();
    }

    @Test
    void aContainerHoldsItsProcessesWhileItLives() {
        Container container = daemon.runContainer(daemon.runPod());
        String id = container.id().value();
        long init = container.state().alive().orElseThrow().init().pid();
        Explanation running = only(id.substring(0, 12));
        assertThat(running.title()).isEqualTo("container main");
        assertThat(running.facts()).containsEntry("state", "running");
        assertThat(running.held())
                .anyMatch(held -> held.startsWith("first process " + init))
                .anyMatch(held -> held.startsWith("monitor "))
                .anyMatch(held -> held.startsWith("bundle "))
                .anyMatch(held -> held.startsWith("log "));

        node.runtime.end(container.id(), 7);
        container.over().join();
        Explanation exited = only("main");
        assertThat(exited.facts().get("state")).startsWith("exited at ").endsWith(" with code 7");
        assertThat(exited.held())
                .noneMatch(held -> held.startsWith("first process") || held.startsWith("monitor"))
                .anyMatch(held -> held.startsWith("layer and mount of container "));
    }

    @Test
    void whatIsBeingDoneAndWhatWaitsIsToldWithItsAge() throws Exception {
        Container container = daemon.runContainer(daemon.runPod());
        Hold delete = node.steps.hold("delete layer");
        daemon.removeContainer(container);
        delete.awaitReached();
        var next = container.executor().submit("something else", container::id);

        Explanation explanation = only(container.id().value());
        assertThat(explanation.now().getFirst().what()).isEqualTo("giving back what it held");
        assertThat(explanation.queue())
                .singleElement()
                .satisfies(task -> assertThat(task.what()).isEqualTo("something else"));
        assertThat(explanation.toText()).containsPattern("giving back what it held, for \\d+\\.\\d{3} s");
        assertThat(explainer.overview()).extracting(Explanation::title).contains("node", "container main");
        delete.release();
        next.join();
    }

    @Test
    void whatIsOwedIsToldWithItsAttempts() {
        Container container = daemon.runContainer(daemon.runPod());
        node.steps.failAlways("delete container");
        daemon.removeContainer(container);
        daemon.awaitRemovals();
        daemon.reconcile();
        Explanation explanation = only(container.id().value());
        assertThat(explanation.facts().get("state")).startsWith("removed, but it still holds something: ");
        assertThat(explanation.owed()).hasValueSatisfying(owed -> {
            assertThat(owed.problem()).contains("injected error");
            assertThat(owed.attempts()).isEqualTo(1);
        });
    }

    @Test
    void whatNobodyKnowsIsSaidToBeUnknown() {
        assertThatThrownBy(() -> explainer.find("none"))
                .isInstanceOf(CriusException.NotFound.class)
                .hasMessage("no pod, container or image has the id or name \"none\", and nothing is owed for one");
    }
}
