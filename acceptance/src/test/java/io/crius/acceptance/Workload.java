package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.cri.v1.Container;
import io.crius.cri.v1.ContainerConfig;
import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.ContainerStatus;
import io.crius.cri.v1.PodSandbox;
import io.crius.cri.v1.PodSandboxConfig;
import io.crius.cri.v1.PodSandboxState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/**
 * A kubelet of sorts: calls drawn by lot, and what the server has answered to them. Used by one thread at a time.
 *
 * <p>A call is noted before it is made with what is to be done about it should no answer come; what was known of its object does
 * not count from then on.
 */
final class Workload {
    private static final int MOST_PODS = 4;
    private static final int MOST_CONTAINERS = 8;

    private final Node node;
    private final Random random;
    private final Map<String, Pod> pods = new LinkedHashMap<>();
    private final Map<String, String> podOf = new LinkedHashMap<>();
    private final Map<String, Integer> created = new LinkedHashMap<>();
    private final Map<String, Long> running = new LinkedHashMap<>();
    private final Map<String, Integer> ending = new LinkedHashMap<>();
    private final Map<String, Integer> exited = new LinkedHashMap<>();
    private Optional<Again> unanswered = Optional.empty();
    private int containers;

    /** What a client does whose call was not answered. */
    private record Again(String what, Runnable call) {}

    Workload(Node node, Random random) {
        this.node = node;
        this.random = random;
    }

    /** One call, or a few that belong together. */
    void step() {
        switch (random.nextInt(8)) {
            case 0, 1 -> runPod();
            case 2, 3 -> any(pods.values()).ifPresent(this::createContainer);
            case 4, 5 -> any(created.keySet()).ifPresent(id -> start(id, created.getOrDefault(id, 0)));
            case 6 -> any(running.keySet()).ifPresent(this::stop);
            default -> removeSomething();
        }
    }

    private <E> Optional<E> any(Collection<E> choice) {
        return choice.isEmpty()
                ? Optional.empty()
                : Optional.of(List.copyOf(choice).get(random.nextInt(choice.size())));
    }

    private <T> T call(String what, Runnable again, Supplier<T> call) {
        unanswered = Optional.of(new Again(what, again));
        T answer = call.get();
        unanswered = Optional.empty();
        return answer;
    }

    private void runPod() {
        if (pods.size() < MOST_PODS) {
            PodSandboxConfig config = config();
            String id = call("run pod", () -> runPod(config), () -> node.pods().run(config));
            pods.put(id, new Pod(id, config));
        }
    }

    private void runPod(PodSandboxConfig config) {
        String id = node.pods().run(config);
        pods.put(id, new Pod(id, config));
    }

    private PodSandboxConfig config() {
        try {
            return node.pod("crash").build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Some of them end by themselves as soon as they are started. */
    private void createContainer(Pod pod) {
        if (podOf.size() >= MOST_CONTAINERS) {
            return;
        }
        int code = random.nextInt(3) == 0 ? 1 + random.nextInt(100) : 0;
        String name = "c" + ++containers;
        ContainerConfig config = (code == 0 ? node.idle(name) : node.shell(name, "exit " + code)).build();
        call("create container", () -> create(pod, config, code), () -> create(pod, config, code));
    }

    private String create(Pod pod, ContainerConfig config, int code) {
        String id = node.containers().create(pod.id(), config, pod.config());
        created.put(id, code);
        podOf.put(id, pod.id());
        return id;
    }

    private void start(String id, int code) {
        created.remove(id);
        boolean _ = call("start container", () -> remove(id), () -> {
            node.containers().start(id);
            return true;
        });
        if (code > 0) {
            ending.put(id, code);
        } else {
            long pid = call("ask for the process", () -> remove(id), () -> node.pid(id));
            running.put(id, pid);
        }
    }

    private void stop(String id) {
        running.remove(id);
        int code = call("stop container", () -> remove(id), () -> {
            node.containers().stop(id, Duration.ofSeconds(5));
            return node.containers().status(id).getExitCode();
        });
        exited.put(id, code);
    }

    private void removeSomething() {
        if (random.nextBoolean()) {
            any(podOf.keySet()).ifPresent(id -> {
                forget(id);
                boolean _ = call("remove container", () -> remove(id), () -> remove(id));
            });
        } else {
            any(pods.keySet()).ifPresent(pod -> {
                pods.remove(pod);
                containersOf(pod).forEach(this::forget);
                boolean _ = call("remove pod", () -> removePod(pod), () -> removePod(pod));
            });
        }
    }

    private List<String> containersOf(String pod) {
        return podOf.keySet().stream().filter(id -> pod.equals(podOf.get(id))).toList();
    }

    private boolean remove(String id) {
        node.containers().remove(id);
        forget(id);
        return true;
    }

    private boolean removePod(String pod) {
        node.pods().stop(pod);
        node.pods().remove(pod);
        return true;
    }

    private void forget(String id) {
        podOf.remove(id);
        created.remove(id);
        running.remove(id);
        ending.remove(id);
        exited.remove(id);
    }

    /** What the server said before still holds; what it did not answer can be asked again, under the same names. */
    String checkAfterRestart() throws Exception {
        String last = unanswered.map(Again::what).orElse("nothing");
        for (Map.Entry<String, Long> container : running.entrySet()) {
            assertThat(state(container.getKey())).isEqualTo(ContainerState.CONTAINER_RUNNING);
            assertThat(node.pid(container.getKey())).isEqualTo(container.getValue());
        }
        for (String id : created.keySet()) {
            assertThat(state(id)).isEqualTo(ContainerState.CONTAINER_CREATED);
        }
        for (Map.Entry<String, Integer> container : exited.entrySet()) {
            assertThat(state(container.getKey())).isEqualTo(ContainerState.CONTAINER_EXITED);
            assertThat(node.containers().status(container.getKey()).getExitCode())
                    .isEqualTo(container.getValue());
        }
        for (Map.Entry<String, Integer> container : ending.entrySet()) {
            ContainerStatus status = node.awaitExit(container.getKey());
            assertThat(status.getExitCode()).isEqualTo(container.getValue());
            assertThat(status.getFinishedAt()).isGreaterThanOrEqualTo(status.getStartedAt());
        }
        exited.putAll(ending);
        ending.clear();
        unanswered.ifPresent(again -> again.call().run());
        unanswered = Optional.empty();
        thereIsNothingElse();
        return last;
    }

    private void thereIsNothingElse() {
        assertThat(node.pods().list().stream()
                        .filter(pod -> pod.getState() == PodSandboxState.SANDBOX_READY)
                        .map(PodSandbox::getId))
                .containsExactlyInAnyOrderElementsOf(pods.keySet());
        assertThat(node.pods().list()).hasSize(pods.size());
        assertThat(node.containers().list().stream().map(Container::getId))
                .containsExactlyInAnyOrderElementsOf(podOf.keySet());
    }

    private ContainerState state(String id) {
        return node.containers().status(id).getState();
    }

    /** Removes all pods, and with them their containers. */
    void removeAll() {
        List.copyOf(pods.keySet()).forEach(this::removePod);
        pods.clear();
        List.copyOf(podOf.keySet()).forEach(this::forget);
    }

    @Override
    public String toString() {
        return pods.size() + " pods; containers: " + created.size() + " created, " + running.size() + " running, "
                + exited.size() + " exited";
    }
}
