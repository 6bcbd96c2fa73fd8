package io.crius.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.server.recovery.Steps.Fault;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerState;
import io.crius.server.state.LinuxResources;
import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One life of a node, drawn by lot: calls that overlap, some of which go wrong, ends of containers, deaths of the daemon at any
 * call, restarts of the machine. The same seed gives the same life. For one thread.
 */
final class Simulation {
    private static final List<Fault> FAULTS = List.of(Fault.values());
    private static final List<String> PODS = List.of("web", "db", "job");
    private static final List<String> CONTAINERS = List.of("main", "side");
    private static final List<String> OUTAGES = List.of("detach", "unpin", "unmount", "delete", "attach", "create");
    private static final int FARTHEST_FAULT = 12;
    private static final int MOST_CALLS = 4;

    private final Random random;
    private final History history;
    private final SimulatedNode world;
    private final TestNode node;
    private final List<Throwable> problems = new ArrayList<>();
    private int calls;

    /** What they looked like when they were last read. */
    private String journals = "";

    /** The objects whose removal was asked for: what they hold may be gone already. */
    private final Set<String> removals = new HashSet<>();

    /** Calls of which the caller still waits for the answer. */
    private int open;

    Simulation(long seed, Path folder, History history) throws IOException {
        this.random = new Random(seed);
        this.history = history;
        this.world = new SimulatedNode(folder, random, history);
        this.node = world.node;
    }

    /** So many steps, with the invariants checked after each; then everything is given back. */
    void live(int steps) throws IOException {
        for (int i = 0; i < steps; i++) {
            step();
        }
        end();
    }

    private void step() throws IOException {
        drawFault();
        drawStep();
        if (open >= MOST_CALLS || random.nextInt(2) == 0) {
            settle();
        } else {
            world.run(random.nextInt(60));
        }
        if (world.isDead()) {
            restart();
        }
        check();
        node.steps.forgetLog();
        node.fakeLinux.forgetCalls();
    }

    private void drawFault() {
        int drawn = random.nextInt(60);
        if (drawn < 18) {
            node.steps.failAt(1 + random.nextInt(FARTHEST_FAULT), FAULTS.get(random.nextInt(FAULTS.size())));
        } else if (drawn == 18) {
            String outage = OUTAGES.get(random.nextInt(OUTAGES.size()));
            history.add("from now on fails: " + outage);
            node.steps.failAlways(outage);
        } else if (drawn < 25) {
            node.steps.failNothing();
        }
    }

    private void drawStep() throws IOException {
        switch (random.nextInt(18)) {
            case 0, 1, 2 -> runPod(PODS.get(random.nextInt(PODS.size())));
            case 3, 4, 5 -> pod().ifPresent(pod -> createContainer(pod, CONTAINERS.get(random.nextInt(2))));
            case 6, 7, 8 ->
                container()
                        .ifPresent(c -> ask(
                                "start " + c.id(),
                                () -> daemon().startContainer(c).id()));
            case 9 -> container().ifPresent(this::stopContainer);
            case 10 -> container().ifPresent(this::removeContainer);
            case 11 -> pod().ifPresent(pod -> tell("stop " + pod.id(), () -> daemon().stopPod(pod)));
            case 12 -> pod().ifPresent(this::removePod);
            case 13, 14 -> processEnds();
            case 15 ->
                container().ifPresent(c -> tell("update " + c.id(), () -> daemon().updateContainer(c, drawLimits())));
            case 16 -> container().ifPresent(c -> tell("reopen log of " + c.id(), () -> daemon().reopenLog(c)));
            default -> happens();
        }
    }

    private void happens() throws IOException {
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> restart();
            case 3 -> {
                world.turns().die();
                world.reboot();
                restart();
            }
            case 4 -> {
                settle();
                calm();
            }
            default -> {
                long until = world.time.now()
                        + Duration.ofSeconds(random.nextInt(120)).toNanos();
                world.runUntil(() -> world.time.now() >= until);
            }
        }
    }

    private void runPod(String name) {
        ask("run pod " + name, () -> daemon().runPodNamed(name).id());
    }

    private void createContainer(Pod pod, String name) {
        ask(
                "create container " + name + " in " + pod.id(),
                () -> daemon().createContainer(pod, name).id());
    }

    private void removeContainer(Container container) {
        removals.add(container.id().value());
        tell("remove " + container.id(), () -> daemon().removeContainer(container));
    }

    private void removePod(Pod pod) {
        removals.add(pod.id().value());
        tell("remove " + pod.id(), () -> daemon().removePod(pod));
    }

    private void stopContainer(Container container) {
        Duration grace = Duration.ofMillis(random.nextInt(20_000));
        tell("stop " + container.id(), () -> daemon().stopContainer(container, grace));
    }

    private LinuxResources drawLimits() {
        return new LinuxResources(0, 0, 0, (1L + random.nextInt(100)) << 20, 0, 0, "", "", List.of(), Map.of());
    }

    private TestDaemon daemon() {
        return world.daemon();
    }

    private Optional<Pod> pod() {
        return any(daemon().registry.pods().toList());
    }

    private Optional<Container> container() {
        return any(daemon().registry.containers().toList());
    }

    private <E> Optional<E> any(List<E> all) {
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
    }

    /** Of a container, or the pause process of a pod. */
    private void processEnds() {
        List<ContainerId> alive = node.runtime.known().stream()
                .filter(node.runtime::lives)
                .sorted(Comparator.comparing(ContainerId::value))
                .toList();
        any(alive).ifPresent(id -> {
            int code = random.nextInt(256);
            history.add("ends with " + code + ": " + id);
            world.turns().start("end", () -> {
                if (node.runtime.lives(id)) {
                    node.runtime.end(id, code);
                }
            });
        });
    }

    private void tell(String what, Runnable call) {
        ask(what, () -> {
            call.run();
            return "";
        });
    }

    private void ask(String what, Supplier<Object> call) {
        int number = ++calls;
        Duration patience = Duration.ofMillis(100L << random.nextInt(12));
        history.add(number + ": " + what + " within " + patience);
        open++;
        world.turns().start("call-" + number, () -> {
            String answer;
            try {
                daemon().patience(patience);
                answer = String.valueOf(call.get());
            } catch (CriusException e) {
                answer = e.getClass().getSimpleName() + ": " + e.getMessage();
            } catch (RuntimeException | Error e) {
                problems.add(e);
                answer = e.toString();
            }
            open--;
            history.add(number + " -> " + answer);
        });
    }

    /** Waits until nobody works. */
    private void settle() {
        world.runUntil(() -> open == 0 && world.isQuiet());
    }

    private void restart() {
        do {
            history.add("restart" + (world.isDead() ? " after death" : ""));
            node.steps.heal();
            open = 0;
            if (random.nextInt(8) == 0) {
                node.steps.failAt(1 + random.nextInt(FARTHEST_FAULT), FAULTS.get(random.nextInt(FAULTS.size())));
            }
            TestDaemon _ = world.start();
        } while (world.isDead());
        world.witness.knows(daemon().registry);
    }

    private void check() {
        problems.forEach(problem -> {
            throw new AssertionError("a call ended as none should", problem);
        });
        node.steps.violations.forEach(violation -> {
            throw violation;
        });
        world.witness.check();
        assertThat(daemon().registry.pods().map(pod -> pod.definition().name())).doesNotHaveDuplicates();
        assertThat(daemon().registry.containers().map(c -> c.definition().uniqueName()))
                .doesNotHaveDuplicates();
        if (open == 0 && world.isQuiet()) {
            checkQuiet();
        }
    }

    private void checkQuiet() {
        world.witness.checkQuiet(daemon().registry);
        var quiet = new QuietNode(node, daemon(), removals);
        quiet.check();
        String now = quiet.journalsAtAGlance();
        if (!now.equals(journals)) {
            world.runNow("read journals", quiet::checkJournals);
            journals = now;
        }
    }

    /** With nothing that goes wrong, every name can be had again, as kubelet does it. */
    private void calm() {
        node.steps.failNothing();
        history.add("calm");
        // Ports of the node that a pod could not give back yet are nobody else's.
        world.runUntil(this::isNothingOwed);
        world.runNow("calm", () -> {
            daemon().patience(Duration.ofHours(1));
            // Ports of the node are one pod's.
            String name = any(PODS).orElseThrow();
            daemon().registry.pods().toList().stream()
                    .filter(pod -> !pod.isOpen() || !node.ports.isEmpty())
                    .peek(pod -> removals.add(pod.id().value()))
                    .forEach(daemon()::removePod);
            Pod pod = daemon().runPodNamed(name);
            daemon().registry.containersOf(pod.id()).stream()
                    .filter(container -> !(container.state() instanceof ContainerState.Created))
                    .peek(container -> removals.add(container.id().value()))
                    .forEach(daemon()::removeContainer);
            CONTAINERS.forEach(container -> {
                Container _ = daemon().runContainer(pod, container);
            });
        });
        settle();
    }

    private boolean isNothingOwed() {
        return open == 0
                && world.isQuiet()
                && daemon().registry.everyContainer().stream()
                        .allMatch(container -> container.state().visible())
                && daemon().registry.everyPod().stream().allMatch(pod -> switch (pod.state()) {
                    case PodState.Ready _ -> true;
                    case PodState.Stopped stopped -> stopped.givenBack();
                    case PodState.Creating _, PodState.Doomed _ -> false;
                });
    }

    private void end() throws IOException {
        node.steps.heal();
        settle();
        if (world.isDead() || random.nextInt(2) == 0) {
            node.steps.heal();
            open = 0;
            TestDaemon _ = world.start();
        }
        world.runUntil(this::isNothingOwed);
        check();
        world.runNow("remove everything", () -> {
            daemon().patience(Duration.ofHours(1));
            List<Pod> pods = daemon().registry.pods().toList();
            pods.forEach(daemon()::stopPod);
            pods.forEach(daemon()::removePod);
        });
        settle();
        assertThat(daemon().registry.everyPod()).isEmpty();
        assertThat(daemon().registry.everyContainer()).isEmpty();
        assertThat(node.leftovers()).isEmpty();
        world.turns().die();
    }
}
