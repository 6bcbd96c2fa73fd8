package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.cri.v1.Container;
import io.crius.cri.v1.ContainerEventType;
import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.ContainerStatsRequest;
import io.crius.cri.v1.ListContainerStatsRequest;
import io.crius.cri.v1.ListPodSandboxStatsRequest;
import io.crius.cri.v1.NamespaceMode;
import io.crius.cri.v1.PodSandbox;
import io.crius.cri.v1.PodSandboxState;
import io.crius.cri.v1.PodSandboxStatsRequest;
import io.crius.cri.v1.StatusRequest;
import io.crius.cri.v1.VersionRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What has to go on whatever hangs: reads, events, and the lives of other pods. For a node with {@code enable_pod_events}.
 *
 * <p>With {@code -Dcrius.hang.strict=true} each kind of read, and events, have to come within 10 ms, 99 of 100, and a pod's life
 * may take half as long again as before, which is only fair on a machine that does nothing else. How many containers there are
 * besides is {@code -Dcrius.hang.containers}.
 */
final class RestOfNode {
    private static final boolean STRICT = Boolean.getBoolean("crius.hang.strict");
    private static final Duration SLOWEST_READ = STRICT ? Duration.ofMillis(10) : Duration.ofMillis(500);
    private static final double LONGEST_LIFE = STRICT ? 1.5 : 5;
    private static final int CONTAINERS = Integer.getInteger("crius.hang.containers", 0);
    private static final int IN_A_POD = 10;

    /** Of each kind. */
    private static final int READS = STRICT ? 300 : 50;

    private static final int LIVES = STRICT ? 9 : 3;

    private final Node node;
    private final Duration life;

    private RestOfNode(Node node, Duration life) {
        this.node = node;
        this.life = life;
    }

    /** Makes the containers, once for all cases of a class. */
    static void populate(Node node) throws Exception {
        try (ExecutorService makers = Executors.newFixedThreadPool(4)) {
            List<Future<?>> pods = new ArrayList<>();
            for (int made = 0; made < CONTAINERS; made += IN_A_POD) {
                pods.add(makers.submit(() -> populatePod(node)));
            }
            for (Future<?> pod : pods) {
                pod.get();
            }
        }
    }

    private static Pod populatePod(Node node) throws Exception {
        Pod pod = node.run(node.testNode().bystander("other").network(NamespaceMode.NODE));
        for (int i = 0; i < IN_A_POD; i++) {
            var _ = node.run(pod, node.command("other-" + i, "sleep", "1000000"));
        }
        return pod;
    }

    /** Looks how they live while nothing hangs yet. */
    static RestOfNode before(Node node) throws Exception {
        try (EventListener events = EventListener.start(node)) {
            var calm = new RestOfNode(node, Duration.ZERO);
            for (int i = 0; i < READS / 5; i++) {
                calm.read(new TreeMap<>(), i, List.of());
            }
            return new RestOfNode(node, calm.middleLife(events));
        }
    }

    /**
     * Reads and lives as before.
     *
     * @param hung ids of containers and pods that are asked about each time
     */
    void goOn(String... hung) throws Exception {
        Map<String, List<Duration>> times = new TreeMap<>();
        try (EventListener events = EventListener.start(node)) {
            for (int i = 0; i < READS; i++) {
                read(times, i, List.of(hung));
            }
            Duration now = middleLife(events);
            times.put("events", new ArrayList<>(events.delays()));
            var slowest = new TreeMap<String, Duration>();
            times.forEach((call, all) -> slowest.put(call, ninetyNineOfAHundred(all)));
            System.out.println("beside something that hangs, with "
                    + node.containers().list().size() + " containers: a pod's life took " + now.toMillis()
                    + " ms, before " + life.toMillis() + " ms; 99 of 100 reads took at most " + inMillis(slowest));
            assertThat(slowest.values()).as("%s", slowest).allMatch(time -> time.compareTo(SLOWEST_READ) < 0);
            assertThat((double) now.toNanos() / life.toNanos())
                    .as("%s, before %s", now, life)
                    .isLessThan(LONGEST_LIFE);
        }
    }

    private static Duration ninetyNineOfAHundred(List<Duration> times) {
        times.sort(null);
        return times.get((99 * times.size() - 1) / 100);
    }

    private static Map<String, String> inMillis(Map<String, Duration> times) {
        var text = new TreeMap<String, String>();
        times.forEach((call, time) -> text.put(call, "%.1f ms".formatted(time.toNanos() / 1e6)));
        return text;
    }

    private interface Read {
        void ask();
    }

    private static void time(Map<String, List<Duration>> times, String call, Read read) {
        long begun = System.nanoTime();
        read.ask();
        times.computeIfAbsent(call, _ -> new ArrayList<>()).add(Duration.ofNanos(System.nanoTime() - begun));
    }

    /** Each kind of question by itself: one that waits must not hide among many that do not. */
    private void read(Map<String, List<Duration>> times, int round, List<String> hung) {
        var runtime = node.client().runtime();
        time(times, "Version", () -> runtime.version(VersionRequest.getDefaultInstance()));
        time(
                times,
                "Status",
                () -> runtime.status(StatusRequest.newBuilder().setVerbose(true).build()));
        time(times, "ListPodSandbox", () -> node.pods().list());
        time(times, "ListContainers", () -> node.containers().list());
        time(times, "ListImages", () -> node.images().list());
        time(
                times,
                "ListContainerStats",
                () -> runtime.listContainerStats(ListContainerStatsRequest.getDefaultInstance()));
        time(
                times,
                "ListPodSandboxStats",
                () -> runtime.listPodSandboxStats(ListPodSandboxStatsRequest.getDefaultInstance()));
        chosen(node.pods().list().stream().map(PodSandbox::getId).toList(), round, hung)
                .forEach(id -> readPod(times, id));
        chosen(node.containers().list().stream().map(Container::getId).toList(), round, hung)
                .forEach(id -> readContainer(times, id));
    }

    /** What hangs, and another one each time. */
    private static List<String> chosen(List<String> all, int round, List<String> hung) {
        List<String> chosen = new ArrayList<>(all);
        chosen.retainAll(hung);
        if (!all.isEmpty()) {
            chosen.add(all.get(round % all.size()));
        }
        return chosen;
    }

    private void readPod(Map<String, List<Duration>> times, String id) {
        time(times, "PodSandboxStatus", () -> node.pods().verboseStatus(id));
        if (node.pods().status(id).getState() != PodSandboxState.SANDBOX_READY) {
            return; // there is nothing to measure
        }
        time(
                times,
                "PodSandboxStats",
                () -> node.client()
                        .runtime()
                        .podSandboxStats(PodSandboxStatsRequest.newBuilder()
                                .setPodSandboxId(id)
                                .build()));
    }

    private void readContainer(Map<String, List<Duration>> times, String id) {
        time(times, "ContainerStatus", () -> node.containers().verboseStatus(id));
        if (node.containers().status(id).getState() != ContainerState.CONTAINER_RUNNING) {
            return; // there is nothing to measure
        }
        time(
                times,
                "ContainerStats",
                () -> node.client()
                        .runtime()
                        .containerStats(ContainerStatsRequest.newBuilder()
                                .setContainerId(id)
                                .build()));
    }

    private Duration middleLife(EventListener events) throws Exception {
        List<Duration> lives = new ArrayList<>();
        for (int i = 0; i < LIVES; i++) {
            long begun = System.nanoTime();
            live(events);
            lives.add(Duration.ofNanos(System.nanoTime() - begun));
        }
        lives.sort(null);
        return lives.get(LIVES / 2);
    }

    /** A pod with a container, from its beginning to its end. */
    private void live(EventListener events) throws Exception {
        Pod pod = node.runPod("other");
        String id = node.run(pod, node.idle("main"));
        node.containers().stop(id, Duration.ofSeconds(5));
        node.containers().remove(id);
        node.pods().stop(pod.id());
        node.pods().remove(pod.id());
        var _ = events.await(pod.id(), ContainerEventType.CONTAINER_DELETED_EVENT);
    }
}
