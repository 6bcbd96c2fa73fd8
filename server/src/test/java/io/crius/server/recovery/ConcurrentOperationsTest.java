package io.crius.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.cri.v1.Mount;
import io.crius.cri.v1.NamespaceMode;
import io.crius.image.fixture.LogListener;
import io.crius.model.CriusException;
import io.crius.runtime.exit.ContainerExit;
import io.crius.server.container.ExecSync;
import io.crius.server.container.VolumeLabels;
import io.crius.server.explain.Explainer;
import io.crius.server.explain.StallWatch;
import io.crius.server.recovery.Steps.Hold;
import io.crius.server.selinux.ContainerContexts;
import io.crius.server.selinux.SelinuxLabels;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerState;
import io.crius.server.state.Pod;
import io.crius.server.state.PodChoices;
import io.crius.server.state.PodState;
import io.crius.server.state.SelinuxLabel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Operations on one object that meet, hang, or lose their caller. */
@Timeout(60)
class ConcurrentOperationsTest {
    @TempDir
    Path folder;

    private TestNode node;
    private TestDaemon daemon;

    @BeforeEach
    void start() throws IOException {
        node = new TestNode(folder);
        daemon = new TestDaemon(node);
    }

    @AfterEach
    void everythingCanBeGivenBack() throws IOException {
        daemon.removeEverything();
        daemon.close();
        assertThat(node.leftovers()).isEmpty();
    }

    /** A call of another client. */
    private record Caller<T>(FutureTask<T> call, Thread thread) {
        static <T> Caller<T> of(Callable<T> call) {
            var task = new FutureTask<>(call);
            return new Caller<>(task, Thread.ofVirtual().start(task));
        }

        static Caller<Boolean> of(Runnable call) {
            return of(() -> {
                call.run();
                return true;
            });
        }
    }

    private long calls(String beginning) {
        return node.steps.log().stream()
                .filter(call -> call.startsWith(beginning))
                .count();
    }

    @Test
    void twoCallersOfOnePodGetTheSame() throws Exception {
        Hold attach = node.steps.hold("attach");
        Caller<Pod> first = Caller.of(daemon::runPod);
        attach.awaitReached();
        Caller<Pod> second = Caller.of(daemon::runPod);
        attach.release();

        assertThat(first.call().get()).isSameAs(second.call().get());
        assertThat(calls("attach")).isEqualTo(1);
    }

    /** Its end is there before the pod is ready, and must not be taken for that of a pod that is being made. */
    @Test
    void aPodWhosePauseProcessEndsAtOnceIsNotReadyForEver() {
        node.pid = NamespaceMode.POD;
        node.runtime.crashing = true;

        Pod pod = daemon.runPod();

        long limit = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!(pod.state() instanceof PodState.Stopped)) {
            assertThat(System.nanoTime()).as("the pod is stopped").isLessThan(limit);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void aStepThatTakesTooLongIsExplainedInTheLogOnce() throws Exception {
        Explainer explainer = ExplainerTest.explainer(node, daemon);
        Hold attach = node.steps.hold("attach");
        var lines = new CopyOnWriteArrayList<String>();
        try (LogListener _ = LogListener.of(StallWatch.class, lines::add);
                StallWatch _ = StallWatch.start(explainer, Duration.ofMillis(20), Duration.ofMillis(5))) {
            Caller<Pod> first = Caller.of(daemon::runPod);
            awaitLines(lines, "pod default/web", 1);
            Caller<Pod> second = Caller.of(() -> daemon.runPodNamed("db"));
            awaitLines(lines, "pod default/db", 1);
            attach.release();
            Pod pod = first.call().get();
            assertThat(second.call().get()).isNotNull();

            assertThat(lines)
                    .filteredOn(line -> line.contains("pod default/web"))
                    .hasSize(1);
            Hold detach = node.steps.hold("detach");
            Caller<Boolean> stop = Caller.of(() -> {
                daemon.stopPod(pod);
                return true;
            });
            awaitLines(lines, "pod default/web", 2);
            assertThat(lines.getLast()).startsWith("stalled for 0 s: ").contains("network");
            detach.release();
            assertThat(stop.call().get()).isTrue();
        }
    }

    private static void awaitLines(List<String> lines, String word, int count) {
        long limit = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (lines.stream().filter(line -> line.contains(word)).count() < count) {
            assertThat(System.nanoTime())
                    .as("lines about " + word + " in " + lines)
                    .isLessThan(limit);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void theEndOfAContainerThatWasGivenBackMeanwhileIsNoNews() throws Exception {
        Pod pod = daemon.runPod();
        node.steps.failAlways("bring records");
        Hold givingBack = node.steps.hold("delete layer");
        Caller<Container> caller = Caller.of(() -> daemon.createContainer(pod));
        givingBack.awaitReached();
        Container container = daemon.registry.everyContainer().getFirst();
        daemon.listener.exited(
                new ContainerExit(container.id(), OptionalInt.of(7), Instant.now(), ContainerExit.Memory.SUFFICED));
        givingBack.release();

        assertThatThrownBy(() -> caller.call().get())
                .hasRootCauseMessage("bring records of container " + container.id() + " to the disk: injected error");
        assertThat(container.executor().call("the last", container::state)).isInstanceOf(ContainerState.Doomed.class);
        node.steps.failNothing();
    }

    /** kubelet asks again when it did not hear the answer. */
    @Test
    void theSameRequestAgainIsAnsweredWithTheSameObject() {
        Pod pod = daemon.runPod();
        assertThat(daemon.runPod()).isSameAs(pod);
        Container container = daemon.createContainer(pod);
        assertThat(daemon.createContainer(pod)).isSameAs(container);
        assertThat(calls("attach")).isEqualTo(1);
        assertThat(calls("create container")).isEqualTo(1);
    }

    @Test
    void anotherRequestUnderTheNameOfAFinishedObjectIsRefused() {
        Pod pod = daemon.runPod();
        Container container = daemon.createContainer(pod);
        node.mounts = List.of(Mount.newBuilder()
                .setContainerPath("/other")
                .setHostPath(folder.toString())
                .build());
        assertThatThrownBy(() -> daemon.createContainer(pod))
                .isInstanceOf(CriusException.AlreadyExists.class)
                .hasMessage("container k8s_main_web_default_uid-1_0 exists with id " + container.id()
                        + "; remove it first, or count metadata.attempt up");
        node.mounts = List.of();
        daemon.startContainer(container);
        assertThatThrownBy(() -> daemon.createContainer(pod)).isInstanceOf(CriusException.AlreadyExists.class);

        node.pid = NamespaceMode.NODE;
        assertThatThrownBy(daemon::runPod)
                .isInstanceOf(CriusException.AlreadyExists.class)
                .hasMessage("pod k8s_web_default_uid-1_0 exists with id " + pod.id()
                        + " and was made from a different request; remove it first, or count metadata.attempt up");
        node.pid = NamespaceMode.CONTAINER;
        daemon.stopPod(pod);
        assertThatThrownBy(daemon::runPod)
                .isInstanceOf(CriusException.AlreadyExists.class)
                .hasMessageContaining(" and was stopped");
    }

    /** Whoever could name it could stop or remove it while it is half made. */
    @Test
    void whatIsBeingCreatedIsUnknownToAll() throws Exception {
        Hold attach = node.steps.hold("attach");
        Caller<Pod> caller = Caller.of(daemon::runPod);
        attach.awaitReached();
        Pod half = daemon.registry.everyPod().getFirst();
        assertThat(daemon.registry.pods()).isEmpty();
        assertThat(daemon.registry.findPod(half.id().value())).isEmpty();
        daemon.stopPod(half);
        assertThat(half.state()).isInstanceOf(PodState.Creating.class);
        attach.release();
        Pod pod = caller.call().get();
        assertThat(pod).isSameAs(half);

        Hold create = node.steps.hold("create container");
        Caller<Container> second = Caller.of(() -> daemon.createContainer(pod));
        create.awaitReached();
        Container container = daemon.registry.everyContainer().getFirst();
        assertThat(daemon.registry.containers()).isEmpty();
        assertThat(daemon.registry.findContainer(container.id().value())).isEmpty();
        create.release();
        assertThat(second.call().get()).isSameAs(container);
        assertThat(daemon.registry.containers()).containsExactly(container);
    }

    @Test
    void aCallerThatLeavesDoesNotUndoTheCreation() throws Exception {
        Hold attach = node.steps.hold("attach");
        Caller<Pod> caller = Caller.of(daemon::runPod);
        attach.awaitReached();
        caller.thread().interrupt();
        assertThatThrownBy(() -> caller.call().get())
                .hasCauseInstanceOf(CriusException.Cancelled.class)
                .hasMessageContaining("goes on, now at stage \"sandbox network creation\"");
        attach.release();

        assertThat(daemon.runPod().state()).isInstanceOf(PodState.Ready.class);
        assertThat(calls("attach")).isEqualTo(1);
    }

    /** A volume with very many files: kubelet asks again and again until they all have the label. */
    @Test
    void labelsOfAVolumeHoldUpNoCallerBeyondItsTime() throws Exception {
        var contexts = new ContainerContexts(
                SelinuxLabel.parse("system_u:system_r:container_t:s0"),
                SelinuxLabel.parse("system_u:object_r:container_file_t:s0"),
                SelinuxLabel.parse("system_u:system_r:container_init_t:s0"));
        var labels = new SelinuxLabels(contexts, SelinuxLabels.HostNetwork.UNCONFINED);
        node.selinux = Optional.of(new VolumeLabels.Selinux(labels, (top, _, _) -> {
            var _ = node.steps.step("label " + top, () -> top);
        }));
        node.mounts = List.of(Mount.newBuilder()
                .setContainerPath("/data")
                .setHostPath(folder.resolve("data").toString())
                .setSelinuxRelabel(true)
                .build());
        daemon.close();
        daemon = new TestDaemon(node);
        Pod pod = daemon.runPod();
        Hold walk = node.steps.hold("label " + folder.resolve("data"));
        daemon.patience(Duration.ofMillis(200));
        assertThatThrownBy(() -> daemon.createContainer(pod))
                .isInstanceOf(CriusException.DeadlineExceeded.class)
                .hasMessageContaining("goes on, now at stage \"container volume configuration\"");
        assertThatThrownBy(() -> daemon.createContainer(pod)).isInstanceOf(CriusException.DeadlineExceeded.class);
        walk.release();
        daemon.patience(Duration.ofSeconds(10));

        assertThat(daemon.createContainer(pod).state()).isInstanceOf(ContainerState.Created.class);
        assertThat(calls("label " + folder.resolve("data"))).isEqualTo(1);
        PodChoices choices = pod.definition().plan().choices();
        assertThat(choices.labels().files().orElseThrow().level()).startsWith("s0:c");

        daemon.close();
        daemon = TestDaemon.recovered(node);
        assertThat(daemon.registry.pod(pod.id().value()).definition().plan().choices())
                .isEqualTo(choices);
    }

    @Test
    void aContainerWhosePodIsStoppedMeanwhileIsTakenBack() throws Exception {
        Pod pod = daemon.runPod();
        Hold create = node.steps.hold("create container");
        Caller<Container> caller = Caller.of(() -> daemon.createContainer(pod));
        create.awaitReached();
        daemon.stopPod(pod);
        create.release();

        assertThatThrownBy(() -> caller.call().get())
                .hasCauseInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("the sandbox was stopped: " + pod.id());
        assertThat(daemon.registry.everyContainer()).isEmpty();
        assertThat(node.runtime.known()).isEmpty();
    }

    @Test
    void aContainerWhosePodIsRemovedMeanwhileLeavesNothing() throws Exception {
        Pod pod = daemon.runPod();
        Hold create = node.steps.hold("create container");
        Caller<Container> caller = Caller.of(() -> daemon.createContainer(pod));
        create.awaitReached();
        daemon.removePod(pod);
        create.release();

        assertThatThrownBy(() -> caller.call().get()).hasCauseInstanceOf(CriusException.FailedPrecondition.class);
        assertThat(node.leftovers()).isEmpty();
    }

    @Test
    void aRemovalWaitsForContainersThatAreBeingCreated() throws Exception {
        Pod pod = daemon.runPod();
        Hold layer = node.steps.hold("make layer");
        Caller<Container> caller = Caller.of(() -> daemon.createContainer(pod));
        layer.awaitReached();
        Caller<Boolean> removal = Caller.of(() -> daemon.removePod(pod));
        assertThatThrownBy(() -> removal.call().get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        layer.release();

        assertThat(removal.call().get()).isTrue();
        assertThat(node.leftovers()).isEmpty();
        assertThatThrownBy(() -> caller.call().get()).hasCauseInstanceOf(CriusException.FailedPrecondition.class);
    }

    @Test
    void aRemovalEndsWhatHangsInTheRuntime() throws Exception {
        Pod pod = daemon.runPod();
        Hold create = node.steps.hold("create container");
        Caller<Container> caller = Caller.of(() -> daemon.createContainer(pod));
        create.awaitReached();

        daemon.removePod(pod);

        assertThat(node.leftovers()).isEmpty();
        assertThatThrownBy(() -> caller.call().get())
                .hasCauseInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("the creation was stopped at stage \"container runtime creation\"");
    }

    @Test
    void theReconcilerWaitsForARemovalOfTheSamePod() throws Exception {
        Pod pod = daemon.runPod();
        node.steps.failAlways("detach");
        assertThatThrownBy(() -> daemon.stopPod(pod)).isInstanceOf(CriusException.Failed.class);
        node.steps.heal();
        long before = calls("detach");
        Hold detach = node.steps.hold("detach");
        Caller<Boolean> removal = Caller.of(() -> daemon.removePod(pod));
        detach.awaitReached();
        CompletableFuture<Void> attempt = daemon.reconciling();
        assertThat(attempt).isNotDone();
        assertThat(calls("detach")).isEqualTo(before);
        detach.release();

        assertThat(removal.call().get()).isTrue();
        assertThat(attempt).succeedsWithin(Duration.ofSeconds(10));
        assertThat(calls("detach")).isEqualTo(before + 1);
    }

    @Test
    void anAttemptThatHangsHoldsUpNoOther() throws Exception {
        Pod pod = daemon.runPod();
        Container container = daemon.runContainer(pod);
        node.steps.failAlways("delete container");
        daemon.removeContainer(container);
        daemon.awaitRemovals();
        node.steps.failAlways("detach");
        daemon.removePod(pod);
        node.steps.heal();
        Hold delete = node.steps.hold("delete container");
        CompletableFuture<Void> attempts = daemon.reconciling();
        delete.awaitReached();
        pod.executor().call("being waited for", pod::id);

        assertThat(daemon.registry.has(pod.id())).isFalse();
        assertThat(attempts).isNotDone();
        delete.release();
        assertThat(attempts).succeedsWithin(Duration.ofSeconds(10));
        assertThat(daemon.registry.everyContainer()).isEmpty();
    }

    @Test
    void aStopWhoseCallersTimeIsOverGoesOn() throws Exception {
        Pod pod = daemon.runPod();
        Container container = daemon.runContainer(pod);
        Hold signal = node.steps.hold("signal");
        daemon.patience(Duration.ofMillis(200));
        assertThatThrownBy(() -> daemon.stopPod(pod))
                .isInstanceOf(CriusException.DeadlineExceeded.class)
                .hasMessageContaining(container.id().value())
                .hasMessageContaining("the stop goes on");
        signal.release();
        daemon.patience(Duration.ofSeconds(10));

        assertThat(container.over()).succeedsWithin(Duration.ofSeconds(10));
        assertThat(container.state()).isInstanceOf(ContainerState.Exited.class);
        daemon.stopPod(pod);
        assertThat(pod.state()).isInstanceOf(PodState.Stopped.class);
    }

    @Test
    void aContainerThatIsAskedToEndTakesCommands() throws Exception {
        Container container = daemon.runContainer(daemon.runPod());
        Hold signal = node.steps.hold("signal");
        daemon.stopContainer.begin(container, Duration.ofHours(1));
        signal.awaitReached();

        assertThat(exec(container).exitCode()).isZero();

        signal.release();
        assertThat(container.over()).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void aContainerThatIsBeingKilledTakesNoCommands() throws Exception {
        Container container = daemon.runContainer(daemon.runPod());
        Hold signal = node.steps.hold("signal");
        daemon.stopContainer.begin(container, Duration.ZERO);
        signal.awaitReached();

        assertThatThrownBy(() -> exec(container))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining(container.id() + " is being killed");

        signal.release();
        assertThat(container.over()).succeedsWithin(Duration.ofSeconds(10));
        assertThatThrownBy(() -> exec(container)).isInstanceOf(CriusException.NotFound.class);
    }

    private ExecSync.Output exec(Container container) {
        return daemon.execSync.run(container.id().value(), List.of("true"), Optional.empty());
    }

    @Test
    void aStartThatFailsAfterItsCallerLeftStillRemovesTheContainer() throws Exception {
        Pod pod = daemon.runPod();
        Container container = daemon.createContainer(pod);
        Hold start = node.steps.hold("start container");
        node.steps.failAlways("start container");
        Caller<Container> caller = Caller.of(() -> daemon.startContainer(container));
        start.awaitReached();
        caller.thread().interrupt();
        assertThatThrownBy(() -> caller.call().get()).hasCauseInstanceOf(CriusException.Cancelled.class);
        start.release();

        assertThat(container.over()).succeedsWithin(Duration.ofSeconds(10));
        container.executor().call("being waited for", container::id);
        assertThat(daemon.registry.everyContainer()).isEmpty();
        node.steps.heal();
    }

    @Test
    void aRemovalIsAnsweredBeforeTheStoreHasDeleted() throws Exception {
        Pod pod = daemon.runPod();
        Container container = daemon.runContainer(pod);
        Hold delete = node.steps.hold("delete layer");

        daemon.removeContainer(container);
        delete.awaitReached();

        assertThat(daemon.registry.containers()).isEmpty();
        assertThat(daemon.registry.everyContainer()).containsExactly(container);
        Caller<Boolean> removal = Caller.of(() -> daemon.removePod(pod));
        awaitQueued(container, 1);
        delete.release();
        assertThat(removal.call().get()).isTrue();
        daemon.awaitRemovals();
        assertThat(daemon.registry.everyContainer()).isEmpty();
    }

    private static void awaitQueued(Container container, int tasks) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (container.executor().queue().size() < tasks) {
            assertThat(System.nanoTime()).as("nobody waits for the removal").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void aRemovalThatGoesOnIsWaitedForByWhoeverNeedsItsNameOrItsImage() throws Exception {
        Pod pod = daemon.runPod();
        Container container = daemon.runContainer(pod);
        Hold delete = node.steps.hold("delete layer");
        daemon.removeContainer(container);
        delete.awaitReached();

        Caller<Boolean> image = Caller.of(() -> daemon.awaitRemovals(FakeStore.IMAGE));
        awaitQueued(container, 1);
        assertThat(image.call().get()).as("a second is enough").isTrue();
        Caller<Container> creation = Caller.of(() -> daemon.createContainer(pod));
        awaitQueued(container, 2);
        delete.release();

        assertThat(creation.call().get().id()).isNotEqualTo(container.id());
        daemon.awaitRemovals();
        assertThat(daemon.registry.everyContainer())
                .containsExactly(creation.call().get());
    }

    @Test
    void aRemovalThatGoesOnIsNothingOwed() throws Exception {
        Container container = daemon.runContainer(daemon.runPod());
        Hold delete = node.steps.hold("delete layer");
        daemon.removeContainer(container);
        delete.awaitReached();

        daemon.reconcile();

        assertThat(daemon.owes(container.id().value())).isFalse();
        delete.release();
        daemon.awaitRemovals();
        assertThat(daemon.registry.everyContainer()).isEmpty();
    }

    @Test
    void aRemovalThatCannotBeNotedIsDoneBeforeTheAnswer() throws Exception {
        Pod pod = daemon.runPod();
        Container container = daemon.runContainer(pod);
        Files.delete(node.pods().resolve(pod.id().value()).resolve(container.id() + ".journal"));

        daemon.removeContainer(container);

        assertThat(daemon.registry.everyContainer()).isEmpty();
        assertThat(node.store.containers()).isEmpty();
    }

    @Test
    void removingTwiceAtOnceIsRemovingOnce() throws Exception {
        Container container = daemon.runContainer(daemon.runPod());
        Hold delete = node.steps.hold("delete container");
        Caller<Boolean> first = Caller.of(() -> daemon.removeContainer(container));
        Caller<Boolean> second = Caller.of(() -> daemon.removeContainer(container));
        delete.awaitReached();
        delete.release();

        assertThat(first.call().get()).isTrue();
        assertThat(second.call().get()).isTrue();
        assertThat(calls("delete container")).isEqualTo(1);
    }
}
