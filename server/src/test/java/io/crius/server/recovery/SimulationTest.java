package io.crius.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.cri.v1.NamespaceMode;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.server.recovery.Steps.Fault;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerState;
import io.crius.server.state.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lives of a daemon, drawn by lot: calls in any order, some of which go wrong, and deaths at any call. More lives with
 * {@code -Dcrius.simulation.lives=1000}; a failure names the seed, {@code -Dcrius.simulation.seed} begins there.
 */
class SimulationTest {
    private static final List<Fault> FAULTS = List.of(Fault.values());
    private static final int CALLS = 30;
    private static final int FARTHEST_FAULT = 8;

    @TempDir
    Path folder;

    @BeforeAll
    static void letTheDeadRest() {
        FailureSweepTest.letTheDeadRest();
    }

    @AfterAll
    static void forgetTheDead() {
        FailureSweepTest.forgetTheDead();
    }

    @Test
    void afterAnyLifeEverythingCanBeGivenBack() throws Exception {
        long first = Long.getLong("crius.simulation.seed", 20261124);
        int lives = Integer.getInteger("crius.simulation.lives", 12);
        for (long seed = first; seed < first + lives; seed++) {
            var life = new Life(seed, Files.createDirectories(folder.resolve(Long.toString(seed))));
            try {
                life.live();
            } catch (Exception | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + life.story, e);
            }
        }
    }

    private static final class Life {
        private final Random random;
        private final TestNode node;
        private final List<String> story = new ArrayList<>();
        private final Map<ContainerId, Integer> told = new HashMap<>();
        private TestDaemon daemon;

        Life(long seed, Path folder) throws IOException {
            this.random = new Random(seed);
            this.node = new TestNode(folder);
            node.pid = random.nextInt(3) == 0 ? NamespaceMode.POD : NamespaceMode.CONTAINER;
            this.daemon = new TestDaemon(node);
        }

        void live() throws Exception {
            for (int i = 0; i < CALLS; i++) {
                call();
                invariants();
            }
            restart();
            daemon.patience(Duration.ofSeconds(10));
            daemon.reconcile();
            daemon.removeEverything();
            daemon.close();
            assertThat(node.leftovers()).isEmpty();
        }

        private void call() throws Exception {
            Fault fault = FAULTS.get(random.nextInt(FAULTS.size()));
            boolean goesWrong = random.nextInt(3) == 0;
            if (goesWrong) {
                node.steps.failAt(1 + random.nextInt(FARTHEST_FAULT), fault);
            }
            daemon.patience(Duration.ofSeconds(1));
            try {
                draw();
            } catch (CriusException e) {
                story.add("-> " + e.getMessage());
            }
            node.steps.failNothing();
            if (node.steps.isDead()) {
                restart();
            }
        }

        private void draw() throws Exception {
            switch (random.nextInt(10)) {
                case 0, 1 -> told("run pod", daemon::runPod);
                case 2, 3 -> pod().ifPresent(pod -> told("create container", () -> daemon.createContainer(pod)));
                case 4, 5 -> container().ifPresent(c -> told("start container", () -> daemon.startContainer(c)));
                case 6 -> container().ifPresent(c -> told("remove container", () -> daemon.removeContainer(c)));
                case 7 -> pod().ifPresent(pod -> told("stop pod", () -> daemon.stopPod(pod)));
                case 8 -> pod().ifPresent(pod -> told("remove pod", () -> daemon.removePod(pod)));
                default -> happens();
            }
        }

        private void happens() throws Exception {
            switch (random.nextInt(4)) {
                case 0 -> told("reconcile", daemon::reconcile);
                case 1 -> restart();
                case 2 -> pauseProcess().ifPresent(id -> told("pause process ends", () -> node.runtime.end(id, 137)));
                default ->
                    container().filter(c -> node.runtime.lives(c.id())).ifPresent(c -> {
                        int code = random.nextInt(200);
                        told("container ends with " + code, () -> node.runtime.end(c.id(), code));
                    });
            }
        }

        private Optional<ContainerId> pauseProcess() {
            return node.runtime.known().stream()
                    .filter(id -> daemon.registry.any(id).isEmpty() && node.runtime.lives(id))
                    .findAny();
        }

        private void told(String what, Runnable call) {
            story.add(what);
            call.run();
        }

        private Optional<Pod> pod() {
            return daemon.registry.pods().findAny();
        }

        private Optional<Container> container() {
            return daemon.registry.containers().findAny();
        }

        private void restart() throws Exception {
            story.add("restart" + (node.steps.isDead() ? " after it died at " + node.steps.hit() : ""));
            daemon.close();
            node.steps.heal();
            daemon = TestDaemon.recovered(node);
        }

        private void invariants() throws InterruptedException {
            daemon.registry.containers().forEach(this::isAsItsProcess);
            daemon.registry.containers().forEach(this::keepsItsExitCode);
            for (ContainerId id : node.runtime.known()) {
                assertThat(daemon.owns(id)).as("owner of %s", id).isTrue();
            }
            assertThat(daemon.registry.pods().map(p -> p.definition().name())).doesNotHaveDuplicates();
            assertThat(daemon.registry.containers().map(c -> c.definition().uniqueName()))
                    .doesNotHaveDuplicates();
        }

        private void isAsItsProcess(Container container) {
            if (!node.runtime.lives(container.id())) {
                assertThat(container.over()).succeedsWithin(Duration.ofSeconds(5));
            } else {
                assertThat(container.state().alive())
                        .as("%s", container.state())
                        .isPresent();
            }
        }

        private void keepsItsExitCode(Container container) {
            if (container.state() instanceof ContainerState.Exited exited
                    && exited.exit().code().isPresent()) {
                int code = exited.exit().code().get();
                assertThat(told.merge(container.id(), code, (before, _) -> before))
                        .isEqualTo(code);
            }
        }
    }
}
