package io.crius.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.cri.v1.NamespaceMode;
import io.crius.cri.v1.PortMapping;
import io.crius.model.CriusException;
import io.crius.server.recovery.Steps.Fault;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerState;
import io.crius.server.state.LinuxResources;
import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each operation goes wrong at each call that it makes to the world: the call fails without or after its effect, or the
 * daemon dies before or after it. Afterwards the error says what and why, nothing is stuck, and everything can be given back.
 */
class FailureSweepTest {
    private static final int MORE_THAN_ENOUGH = 50;

    /** With a PID namespace that a pause process keeps for all containers of the pod. */
    private static final String SHARING = "sharing: ";

    @TempDir
    Path folder;

    /** Threads of a dead daemon may end as they like. */
    @BeforeAll
    static void letTheDeadRest() {
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {
            if (!(thrown instanceof Steps.Death)) {
                thrown.printStackTrace();
            }
        });
    }

    @AfterAll
    static void forgetTheDead() {
        Thread.setDefaultUncaughtExceptionHandler(null);
    }

    /** With ports of the node that the daemon leads to the pod. */
    private static final String PORTS = "ports: ";

    private static final PortMapping PORT =
            PortMapping.newBuilder().setHostPort(8080).setContainerPort(80).build();

    private static final LinuxResources MEMORY =
            new LinuxResources(0, 0, 0, 1L << 30, 0, 0, "", "", List.of(), Map.of());

    /** An operation in the situation that it is called in. */
    record Operation(String name, Consumer<TestDaemon> situation, Consumer<TestDaemon> call) {
        /** Whoever is told that something was made has to have it. */
        boolean makes() {
            return name.contains("Run") || name.contains("Create") || name.contains("Start");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Operation> OPERATIONS = List.of(
            new Operation("RunPodSandbox", _ -> {}, TestDaemon::runPod),
            new Operation("StopPodSandbox", d -> d.runContainer(d.runPod()), d -> d.stopPod(pod(d))),
            new Operation(
                    "StopPodSandbox with a created container",
                    d -> d.createContainer(d.runPod()),
                    d -> d.stopPod(pod(d))),
            new Operation("RemovePodSandbox", FailureSweepTest::aStoppedPod, d -> d.removePod(pod(d))),
            new Operation(
                    "RemovePodSandbox of a running pod", d -> d.runContainer(d.runPod()), d -> d.removePod(pod(d))),
            new Operation("CreateContainer", TestDaemon::runPod, d -> d.createContainer(pod(d))),
            new Operation("StartContainer", d -> d.createContainer(d.runPod()), d -> d.startContainer(container(d))),
            new Operation("StopContainer", d -> d.runContainer(d.runPod()), d -> d.stopContainer(container(d))),
            new Operation("RemoveContainer", d -> d.runContainer(d.runPod()), d -> d.removeContainer(container(d))),
            new Operation(
                    "UpdateContainerResources",
                    d -> d.runContainer(d.runPod()),
                    d -> d.updateContainer(container(d), MEMORY)),
            new Operation("ReopenContainerLog", d -> d.runContainer(d.runPod()), d -> d.reopenLog(container(d))),
            new Operation(PORTS + "RunPodSandbox", _ -> {}, TestDaemon::runPod),
            new Operation(PORTS + "StopPodSandbox", TestDaemon::runPod, d -> d.stopPod(pod(d))),
            new Operation(SHARING + "RunPodSandbox", _ -> {}, TestDaemon::runPod),
            new Operation(SHARING + "CreateContainer", TestDaemon::runPod, d -> d.createContainer(pod(d))),
            new Operation(SHARING + "StopPodSandbox", d -> d.runContainer(d.runPod()), d -> d.stopPod(pod(d))),
            new Operation(SHARING + "RemovePodSandbox", d -> d.runContainer(d.runPod()), d -> d.removePod(pod(d))));

    private static void aStoppedPod(TestDaemon daemon) {
        daemon.runContainer(daemon.runPod());
        daemon.stopPod(pod(daemon));
    }

    private static Pod pod(TestDaemon daemon) {
        return daemon.registry.pods().findFirst().orElseThrow();
    }

    private static Container container(TestDaemon daemon) {
        return daemon.registry.containers().findFirst().orElseThrow();
    }

    static Stream<Arguments> operationsAndFaults() {
        return OPERATIONS.stream()
                .flatMap(operation -> Stream.of(Fault.values()).map(fault -> Arguments.of(operation, fault)));
    }

    @ParameterizedTest
    @MethodSource("operationsAndFaults")
    void whateverCallGoesWrongNothingIsStuckOrLeft(Operation operation, Fault fault) throws Exception {
        int steps = 0;
        boolean reached = true;
        while (reached) {
            steps++;
            assertThat(steps).as("calls of %s", operation).isLessThan(MORE_THAN_ENOUGH);
            reached = goesWrong(operation, steps, fault);
        }
        assertThat(steps).as("calls of %s", operation).isGreaterThan(1);
    }

    private boolean goesWrong(Operation operation, int step, Fault fault) throws Exception {
        var node = new TestNode(Files.createDirectories(folder.resolve(Integer.toString(step))));
        node.pid = operation.name().startsWith(SHARING) ? NamespaceMode.POD : NamespaceMode.CONTAINER;
        node.ports = operation.name().startsWith(PORTS) ? List.of(PORT) : List.of();
        Optional<CriusException> error;
        try (var daemon = new TestDaemon(node)) {
            operation.situation.accept(daemon);
            daemon.patience(fault.isDeath() ? Duration.ofSeconds(1) : Duration.ofSeconds(2));
            node.steps.failAt(step, fault);
            error = attempt(daemon, operation);
            daemon.awaitRemovals();
            node.steps.failNothing();
            if (node.steps.hit().isEmpty()) {
                assertThat(error).isEmpty();
                daemon.removeEverything();
                assertThat(node.leftovers()).as("%s without a fault", operation).isEmpty();
                return false;
            }
            if (!fault.isDeath()) {
                error.ifPresent(e -> explains(e, node.steps.hit()));
                if (operation.makes()) {
                    assertThat(error)
                            .as("%s failed at %s", operation, node.steps.hit())
                            .isPresent();
                }
                afterwards(daemon, node, operation);
            }
        }
        if (fault.isDeath()) {
            node.steps.heal();
            try (var successor = TestDaemon.recovered(node)) {
                knowsWhatLives(successor, node);
                afterwards(successor, node, operation);
            }
        }
        return true;
    }

    private static Optional<CriusException> attempt(TestDaemon daemon, Operation operation) {
        try {
            operation.call.accept(daemon);
            return Optional.empty();
        } catch (CriusException e) {
            return Optional.of(e);
        } catch (Steps.Death _) {
            // On the caller's own thread.
            return Optional.empty();
        }
    }

    /** The call in which it went wrong names the object; its words are in the error. */
    private static void explains(CriusException error, String call) {
        assertThat(error).isInstanceOf(CriusException.Failed.class);
        assertThat(error).hasMessageContaining(call).hasMessageContaining("injected error");
    }

    private static void afterwards(TestDaemon daemon, TestNode node, Operation operation) throws Exception {
        String when = operation + " went wrong at " + node.steps.hit();
        podAndContainerCanBeHadUnderTheirNames(daemon);
        daemon.reconcile();
        knowsWhatLives(daemon, node);
        daemon.removeEverything();
        assertThat(daemon.registry.everyPod()).as(when).isEmpty();
        assertThat(daemon.registry.everyContainer()).as(when).isEmpty();
        assertThat(node.leftovers()).as(when).isEmpty();
    }

    /** As kubelet does it: what is of no use is removed, then the names are used again. */
    private static void podAndContainerCanBeHadUnderTheirNames(TestDaemon daemon) {
        daemon.registry.pods().filter(pod -> !pod.isOpen()).toList().forEach(daemon::removePod);
        Pod pod = daemon.runPod();
        assertThat(pod.state()).isInstanceOf(PodState.Ready.class);
        daemon.registry
                .containers()
                .filter(container -> !(container.state() instanceof ContainerState.Created))
                .toList()
                .forEach(daemon::removeContainer);
        Container container = daemon.runContainer(pod);
        assertThat(container.state()).isInstanceOf(ContainerState.Running.class);
    }

    private static void knowsWhatLives(TestDaemon daemon, TestNode node) {
        daemon.registry
                .containers()
                .forEach(container -> assertThat(node.runtime.lives(container.id()))
                        .as("%s is %s", container.id(), container.state())
                        .isEqualTo(container.state().alive().isPresent()));
        node.runtime
                .known()
                .forEach(id -> assertThat(daemon.owns(id)).as("%s", id).isTrue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"detach", "unpin", "unmount"})
    void whatAStopCannotGiveBackIsTriedAgainAndKeepsNoName(String call) throws Exception {
        var node = new TestNode(folder);
        try (var daemon = new TestDaemon(node)) {
            Pod pod = daemon.runPod();
            node.steps.failAlways(call);
            assertThatThrownBy(() -> daemon.stopPod(pod))
                    .isInstanceOf(CriusException.Failed.class)
                    .hasMessageContaining("web")
                    .hasMessageContaining(call)
                    .hasMessageContaining("it is tried again in the background");
            assertThat(pod.state())
                    .isInstanceOfSatisfying(
                            PodState.Stopped.class,
                            stopped -> assertThat(stopped.givenBack()).isFalse());
            daemon.stopPod(pod);
            daemon.reconcile();
            daemon.removePod(pod);
            assertThat(daemon.registry.pods()).isEmpty();
            assertThat(daemon.runPod().id()).isNotEqualTo(pod.id());
            daemon.reconcile();
            assertThat(daemon.registry.has(pod.id())).isTrue();
        }
        node.steps.heal();
        try (var successor = TestDaemon.recovered(node)) {
            successor.reconcile();
            assertThat(successor.registry.everyPod()).hasSize(1);
            successor.removeEverything();
            assertThat(node.leftovers()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"delete container", "delete layer"})
    void aContainerThatCannotBeDeletedKeepsNoName(String call) throws Exception {
        var node = new TestNode(folder);
        try (var daemon = new TestDaemon(node)) {
            Pod pod = daemon.runPod();
            Container first = daemon.runContainer(pod);
            node.steps.failAlways(call);
            daemon.removeContainer(first);
            assertThat(daemon.registry.containers()).isEmpty();
            Container second = daemon.runContainer(pod);
            assertThat(second.id()).isNotEqualTo(first.id());
            daemon.reconcile();
            assertThat(daemon.registry.everyContainer()).containsExactlyInAnyOrder(first, second);
            assertThat(first.state())
                    .isInstanceOfSatisfying(
                            ContainerState.Doomed.class,
                            doomed -> assertThat(doomed.why()).contains(call));
            node.steps.heal();
            daemon.reconcile();
            assertThat(daemon.registry.everyContainer()).containsExactly(second);
            daemon.removeEverything();
            assertThat(node.leftovers()).isEmpty();
        }
    }
}
