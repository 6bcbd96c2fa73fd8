package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.Capability;
import io.crius.cri.v1.ContainerStats;
import io.crius.cri.v1.ContainerStatsFilter;
import io.crius.cri.v1.ContainerStatsRequest;
import io.crius.cri.v1.ListContainerStatsRequest;
import io.crius.cri.v1.ListMetricDescriptorsRequest;
import io.crius.cri.v1.ListPodSandboxMetricsRequest;
import io.crius.cri.v1.ListPodSandboxStatsRequest;
import io.crius.cri.v1.NetworkInterfaceUsage;
import io.crius.cri.v1.PodSandboxStats;
import io.crius.cri.v1.PodSandboxStatsFilter;
import io.crius.cri.v1.PodSandboxStatsRequest;
import io.crius.cri.v1.StreamContainerStatsRequest;
import io.crius.cri.v1.StreamPodSandboxStatsRequest;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What pods and containers use, compared with what the files of their cgroups say. */
class StatsIT {
    private static final long MIB = 1 << 20;
    private static final Offset<Long> NEAR = within(4 * MIB);

    @RegisterExtension
    static final Node node = new Node();

    private static ContainerStats stats(String id) {
        return node.client()
                .runtime()
                .containerStats(
                        ContainerStatsRequest.newBuilder().setContainerId(id).build())
                .getStats();
    }

    private static List<ContainerStats> list(ContainerStatsFilter.Builder filter) {
        return node.client()
                .runtime()
                .listContainerStats(
                        ListContainerStatsRequest.newBuilder().setFilter(filter).build())
                .getStatsList();
    }

    private static List<String> ids(ContainerStatsFilter.Builder filter) {
        return list(filter).stream().map(s -> s.getAttributes().getId()).toList();
    }

    private static PodSandboxStats podStats(String id) {
        return node.client()
                .runtime()
                .podSandboxStats(
                        PodSandboxStatsRequest.newBuilder().setPodSandboxId(id).build())
                .getStats();
    }

    private static ContainerStatsFilter.Builder filter() {
        return ContainerStatsFilter.newBuilder();
    }

    /** A container that keeps so many bytes in memory. */
    private static String holding(Pod pod, String name, long mib) throws Exception {
        String id = node.run(
                pod,
                node.shell(
                                name,
                                "x=$(head -c " + mib * MIB
                                        + " /dev/zero | tr '\\0' x); touch /tmp/full; while :; do sleep 1; done")
                        .resources(r -> r.setMemoryLimitInBytes(256 * MIB)));
        Await.until(
                "memory is used",
                Node.LIMIT,
                () -> node.containers().exec(id, "test", "-e", "/tmp/full").exitCode() == 0);
        return id;
    }

    @Test
    void aContainerTellsWhoItIsAndWhatItUses() throws Exception {
        Pod pod = node.runPod("web");
        String id =
                node.run(pod, node.idle("main").attempt(3).label("app", "web").annotation("note", "text"));
        ContainerStats stats = stats(id);
        assertThat(stats.getAttributes().getId()).isEqualTo(id);
        assertThat(stats.getAttributes().getMetadata().getName()).isEqualTo("main");
        assertThat(stats.getAttributes().getMetadata().getAttempt()).isEqualTo(3);
        assertThat(stats.getAttributes().getLabelsMap()).containsEntry("app", "web");
        assertThat(stats.getAttributes().getAnnotationsMap()).containsEntry("note", "text");
        assertThat(stats.getCpu().getTimestamp()).isPositive();
        assertThat(stats.getCpu().getUsageCoreNanoSeconds().getValue()).isPositive();
        assertThat(stats.getMemory().getTimestamp()).isPositive();
        assertThat(stats.getMemory().getWorkingSetBytes().getValue()).isPositive();
    }

    @Test
    void memoryIsWhatTheCgroupSays() throws Exception {
        String id = holding(node.runPod("web"), "main", 12);
        var cgroup = ProcessCgroup.of(node.pid(id));
        var memory = stats(id).getMemory();
        long usage = Long.parseLong(cgroup.read("memory", "memory.usage_in_bytes", "memory.current"));
        String inactive = cgroup.isV1("memory") ? "total_inactive_file" : "inactive_file";
        long working = usage - cgroup.value("memory", "memory.stat", "memory.stat", inactive);
        assertThat(memory.getWorkingSetBytes().getValue())
                .isGreaterThan(12 * MIB)
                .isCloseTo(working, NEAR);
        assertThat(memory.getUsageBytes().getValue()).isCloseTo(usage, NEAR);
        assertThat(memory.getAvailableBytes().getValue()).isCloseTo(256 * MIB - working, NEAR);
        String rss = cgroup.isV1("memory") ? "total_rss" : "anon";
        assertThat(memory.getRssBytes().getValue())
                .isCloseTo(cgroup.value("memory", "memory.stat", "memory.stat", rss), NEAR);
        assertThat(memory.getPageFaults().getValue()).isPositive();
    }

    @Test
    void aBusyContainerHasARateOfAboutOneProcessorAtMost() throws Exception {
        String id = node.run(node.runPod("web"), node.shell("main", "while :; do :; done"));
        long before = stats(id).getCpu().getUsageCoreNanoSeconds().getValue();
        ContainerStats later = Await.value(
                "a rate is known",
                Node.LIMIT,
                () -> Optional.of(stats(id))
                        .filter(s -> s.getCpu().getUsageNanoCores().getValue() > 10_000_000));
        assertThat(later.getCpu().getUsageCoreNanoSeconds().getValue()).isGreaterThan(before);
        assertThat(later.getCpu().getUsageNanoCores().getValue()).isLessThan(1_300_000_000L);
    }

    @Test
    void whatAContainerWroteIsCounted() throws Exception {
        String id = node.run(
                node.runPod("web"),
                node.shell("main", "head -c 5000000 /dev/zero > /five; ln /five /again; touch /tmp/full; sleep 1000"));
        ContainerStats stats = Await.value(
                "it is counted",
                Node.LIMIT,
                () -> Optional.of(stats(id))
                        .filter(s -> s.getWritableLayer().getUsedBytes().getValue() > 4_900_000));
        var layer = stats.getWritableLayer();
        assertThat(layer.getUsedBytes().getValue()).isLessThan(8_000_000);
        assertThat(layer.getInodesUsed().getValue()).isBetween(2L, 100L);
        assertThat(layer.getTimestamp()).isPositive();
        assertThat(Path.of(layer.getFsId().getMountpoint())).exists();
    }

    @Test
    @Needs(Trait.MEASURES_WHAT_RUNS_ALONE)
    void aListShowsWhatRunsAndPassesTheFilter() throws Exception {
        Pod one = node.runPod("one");
        Pod two = node.runPod("two");
        String a = node.run(one, node.idle("a").label("app", "x"));
        String b = node.run(two, node.idle("b").label("app", "x"));
        String c = node.run(two, node.idle("c").label("app", "y"));
        node.awaitExit(node.run(two, node.shell("ended", "true")));
        var created = node.create(two, node.idle("created"));
        assertThat(ids(filter())).containsExactlyInAnyOrder(a, b, c).doesNotContain(created);
        assertThat(ids(filter().setId(a))).containsExactly(a);
        assertThat(ids(filter().setPodSandboxId(two.id()))).containsExactlyInAnyOrder(b, c);
        assertThat(ids(filter().putLabelSelector("app", "x"))).containsExactlyInAnyOrder(a, b);
        assertThat(ids(filter().setPodSandboxId(one.id()).putLabelSelector("app", "y")))
                .isEmpty();
        assertThat(ids(filter().setId("f".repeat(64)))).isEmpty();
    }

    @Test
    @Needs(Trait.SPEAKS_CRI_1_36)
    void theStreamsTellTheSame() throws Exception {
        Pod pod = node.runPod("one");
        String a = node.run(pod, node.idle("a"));
        String b = node.run(pod, node.idle("b"));
        List<String> containers = new ArrayList<>();
        node.client()
                .runtime()
                .streamContainerStats(StreamContainerStatsRequest.getDefaultInstance())
                .forEachRemaining(part -> part.getContainerStatsList()
                        .forEach(s -> containers.add(s.getAttributes().getId())));
        assertThat(containers).containsExactlyInAnyOrder(a, b);
        List<String> pods = new ArrayList<>();
        node.client()
                .runtime()
                .streamPodSandboxStats(StreamPodSandboxStatsRequest.getDefaultInstance())
                .forEachRemaining(part -> part.getPodSandboxStatsList()
                        .forEach(s -> pods.add(s.getAttributes().getId())));
        assertThat(pods).containsExactly(pod.id());
    }

    @Test
    void aPodTellsItsNetworkItsProcessesAndItsContainers() throws Exception {
        Pod pod = node.run(node.pod("web").label("app", "web"));
        String id = holding(pod, "main", 5);
        PodSandboxStats stats = podStats(pod.id());
        assertThat(stats.getAttributes().getId()).isEqualTo(pod.id());
        assertThat(stats.getAttributes().getMetadata()).isEqualTo(pod.config().getMetadata());
        assertThat(stats.getAttributes().getLabelsMap()).containsEntry("app", "web");
        var linux = stats.getLinux();
        assertThat(linux.getCpu().getUsageCoreNanoSeconds().getValue()).isPositive();
        assertThat(linux.getMemory().getWorkingSetBytes().getValue()).isGreaterThan(5 * MIB);
        assertThat(linux.getProcess().getProcessCount().getValue()).isPositive();
        assertThat(linux.getContainersList())
                .extracting(c -> c.getAttributes().getId())
                .containsExactly(id);
        assertThat(linux.getNetwork().getDefaultInterface().getName()).isEqualTo("eth0");
    }

    /** Waiting of one kind in a cgroup, as the kernel tells it. */
    private static OptionalLong waited(ProcessCgroup cgroup, String resource) throws IOException {
        Path file = cgroup.unified(resource + ".pressure");
        return Files.exists(file)
                ? Node.lines(file).stream()
                        .filter(line -> line.startsWith("some "))
                        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf("total=") + "total=".length())))
                        .findFirst()
                : OptionalLong.empty();
    }

    @Test
    @Needs(Trait.SPEAKS_CRI_1_36)
    void pressureProcessesAndSwapAreWhatTheFilesOfTheCgroupSay() throws Exception {
        Pod pod = node.runPod("web");
        String id = node.run(pod, node.shell("main", "while :; do :; done & while :; do :; done & wait"));
        var cgroup = ProcessCgroup.of(node.pid(id));
        OptionalLong before = waited(cgroup, "cpu");
        ContainerStats stats = stats(id);
        assertThat(stats.getCpu().hasPsi()).isEqualTo(before.isPresent());
        assertThat(stats.getMemory().hasPsi()).isEqualTo(before.isPresent());
        assertThat(stats.hasIo()).isEqualTo(before.isPresent());
        if (before.isPresent()) {
            long after = waited(cgroup, "cpu").orElseThrow();
            assertThat(stats.getCpu().getPsi().getSome().getTotal()).isBetween(before.getAsLong(), after);
            assertThat(stats.getIo().getTimestamp()).isEqualTo(stats.getCpu().getTimestamp());
        }
        Path swap = cgroup.file("memory", "memory.memsw.usage_in_bytes", "memory.swap.current");
        assertThat(stats.hasSwap()).isEqualTo(Files.exists(swap));
        if (stats.hasSwap()) {
            assertThat(stats.getSwap().getTimestamp())
                    .isEqualTo(stats.getMemory().getTimestamp());
            assertThat(stats.getSwap().getSwapUsageBytes().getValue()).isLessThan(MIB);
        }
        PodSandboxStats ofPod = podStats(pod.id());
        assertThat(ofPod.getLinux().getProcess().getProcessCount().getValue())
                .isEqualTo(Long.parseLong(cgroup.read("pids", "pids.current", "pids.current")))
                .isEqualTo(3);
        assertThat(ofPod.getLinux().getProcess().getTimestamp()).isPositive();
        assertThat(ofPod.getLinux().hasIo()).isEqualTo(stats.hasIo());
        assertThat(ofPod.getLinux().getContainers(0).getAttributes()).isEqualTo(stats.getAttributes());
    }

    @Test
    void networkTrafficIsThePods() throws Exception {
        Pod pod = node.runPod("web");
        String gateway = node.output(
                        pod, node.shell("route", "ip route | sed -n 's/^default via \\([0-9.]*\\).*/\\1/p'"))
                .strip();
        NetworkInterfaceUsage before =
                podStats(pod.id()).getLinux().getNetwork().getDefaultInterface();
        String id = node.run(
                pod,
                node.idle("main")
                        .security(security ->
                                security.setCapabilities(Capability.newBuilder().addAddCapabilities("NET_RAW"))));
        assertThat(node.containers()
                        .exec(id, "ping", "-c", "3", "-s", "8000", gateway)
                        .exitCode())
                .isZero();
        Await.until("the traffic is counted", Node.LIMIT, () -> {
            NetworkInterfaceUsage now =
                    podStats(pod.id()).getLinux().getNetwork().getDefaultInterface();
            return now.getTxBytes().getValue() - before.getTxBytes().getValue() > 20_000
                    && now.getRxBytes().getValue() - before.getRxBytes().getValue() > 20_000;
        });
        NetworkInterfaceUsage now = podStats(pod.id()).getLinux().getNetwork().getDefaultInterface();
        assertThat(now.getTxBytes().getValue() - before.getTxBytes().getValue()).isLessThan(100_000);
        assertThat(now.getRxErrors().getValue()).isZero();
    }

    @Test
    void aListShowsThePodsThatAreReadyAndPassTheFilter() throws Exception {
        Pod one = node.run(node.pod("one").label("app", "x"));
        Pod two = node.runPod("two");
        Pod stopped = node.runPod("stopped");
        node.pods().stop(stopped.id());
        assertThat(pods(PodSandboxStatsFilter.newBuilder()))
                .contains(one.id(), two.id())
                .doesNotContain(stopped.id());
        assertThat(pods(PodSandboxStatsFilter.newBuilder().setId(two.id()))).containsExactly(two.id());
        assertThat(pods(PodSandboxStatsFilter.newBuilder().putLabelSelector("app", "x")))
                .containsExactly(one.id());
    }

    private static List<String> pods(PodSandboxStatsFilter.Builder filter) {
        return node
                .client()
                .runtime()
                .listPodSandboxStats(ListPodSandboxStatsRequest.newBuilder()
                        .setFilter(filter)
                        .build())
                .getStatsList()
                .stream()
                .map(s -> s.getAttributes().getId())
                .toList();
    }

    @Test
    void theUnknownHasNoStatistics() {
        String unknown = "f".repeat(64);
        assertThat(Grpc.failure(() -> stats(unknown)).message()).isNotEmpty();
        assertThat(Grpc.failure(() -> podStats(unknown)).message()).isNotEmpty();
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void theUnknownIsNamed() {
        String unknown = "f".repeat(64);
        assertThat(Grpc.failure(() -> stats(unknown)).message()).contains(unknown);
        assertThat(Grpc.failure(() -> podStats(unknown)).message()).contains(unknown);
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void whatDoesNotRunHasNothingToMeasure() throws Exception {
        Pod pod = node.runPod("web");
        String id = node.run(pod, node.shell("main", "true"));
        node.awaitExit(id);
        Grpc refused = Grpc.failure(() -> stats(id));
        assertThat(refused.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(refused.message()).contains(id, "does not run", "EXITED");
        node.pods().stop(pod.id());
        assertThat(Grpc.failure(() -> podStats(pod.id())).message()).contains(pod.id(), "is not ready");
        assertThat(Grpc.failure(() -> stats("f".repeat(64))).code()).isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    @Needs(Trait.SPEAKS_CRI_1_36)
    void metricsAreNotToldUnlessAskedFor() throws Exception {
        node.run(node.runPod("web"), node.idle("main"));
        assertThat(node.client()
                        .runtime()
                        .listMetricDescriptors(ListMetricDescriptorsRequest.getDefaultInstance())
                        .getDescriptorsList())
                .isEmpty();
        assertThat(node.client()
                        .runtime()
                        .listPodSandboxMetrics(ListPodSandboxMetricsRequest.getDefaultInstance())
                        .getPodMetricsList())
                .isEmpty();
    }
}
