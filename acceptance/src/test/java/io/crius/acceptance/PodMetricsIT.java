package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.Capability;
import io.crius.cri.v1.ContainerMetrics;
import io.crius.cri.v1.LinuxContainerResources;
import io.crius.cri.v1.ListContainerStatsRequest;
import io.crius.cri.v1.ListMetricDescriptorsRequest;
import io.crius.cri.v1.ListPodSandboxMetricsRequest;
import io.crius.cri.v1.Metric;
import io.crius.cri.v1.MetricDescriptor;
import io.crius.cri.v1.MetricType;
import io.crius.cri.v1.PodSandboxMetrics;
import io.crius.cri.v1.StreamPodSandboxMetricsRequest;
import io.crius.cri.v1.UpdateContainerResourcesRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** All metrics of pods, and measuring by a period. */
@Needs({Trait.READS_CRIO_CONF, Trait.SPEAKS_CRI_1_36})
class PodMetricsIT {
    private static final long MIB = 1 << 20;

    /** By how much two clocks of the node may differ, and how old a measurement may be. */
    private static final Duration CLOCKS = Duration.ofSeconds(3);

    /** What a container that worked has done for certain. Nothing swaps, drops packets or uses huge pages here. */
    private static final Set<String> WORKED = Set.of(
            "container_last_seen",
            "container_start_time_seconds",
            "container_cpu_user_seconds_total",
            "container_cpu_system_seconds_total",
            "container_cpu_usage_seconds_total",
            "container_cpu_cfs_periods_total",
            "container_cpu_cfs_throttled_periods_total",
            "container_cpu_cfs_throttled_seconds_total",
            "container_memory_cache",
            "container_memory_rss",
            "container_memory_kernel_usage",
            "container_memory_failcnt",
            "container_memory_usage_bytes",
            "container_memory_max_usage_bytes",
            "container_memory_working_set_bytes",
            "container_memory_failures_total",
            "container_fs_inodes_free",
            "container_fs_inodes_total",
            "container_fs_limit_bytes",
            "container_fs_usage_bytes",
            "container_fs_reads_bytes_total",
            "container_fs_reads_total",
            "container_fs_writes_bytes_total",
            "container_fs_writes_total",
            "container_blkio_device_usage_total",
            "container_processes",
            "container_threads",
            "container_file_descriptors",
            "container_sockets",
            "container_ulimits_soft",
            "container_spec_cpu_period",
            "container_spec_cpu_quota",
            "container_spec_cpu_shares",
            "container_spec_memory_limit_bytes",
            "container_spec_memory_reservation_limit_bytes",
            "container_spec_memory_swap_limit_bytes",
            "container_network_receive_bytes_total",
            "container_network_receive_packets_total",
            "container_network_transmit_bytes_total",
            "container_network_transmit_packets_total");

    /** What only grows, by its name; the number of all inodes does not. */
    private static final Pattern COUNTER = Pattern.compile(".*(?<!_inodes)_total|.*_failcnt");

    @RegisterExtension
    static final Node node = new Node("""
            [crio.stats]
            collection_period = 1
            included_pod_metrics = ["all"]
            """);

    private static Map<String, MetricDescriptor> descriptors() {
        return node
                .client()
                .runtime()
                .listMetricDescriptors(ListMetricDescriptorsRequest.getDefaultInstance())
                .getDescriptorsList()
                .stream()
                .collect(Collectors.toMap(MetricDescriptor::getName, d -> d));
    }

    private static PodSandboxMetrics metrics(Pod pod) {
        return node
                .client()
                .runtime()
                .listPodSandboxMetrics(ListPodSandboxMetricsRequest.getDefaultInstance())
                .getPodMetricsList()
                .stream()
                .filter(p -> p.getPodSandboxId().equals(pod.id()))
                .findFirst()
                .orElseThrow();
    }

    private static Metric metric(ContainerMetrics container, String name) {
        return container.getMetricsList().stream()
                .filter(m -> m.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name));
    }

    @Test
    void everyValueHasTheLabelsOfItsDescriptor() throws Exception {
        Pod pod = node.runPod("web");
        String id = node.run(
                pod,
                node.idle("main")
                        .resources(r -> r.setMemoryLimitInBytes(64 * MIB)
                                .setCpuQuota(50_000)
                                .setCpuPeriod(100_000)
                                .setCpuShares(512)));
        Map<String, MetricDescriptor> descriptors = descriptors();
        PodSandboxMetrics metrics = metrics(pod);
        ContainerMetrics container = metrics.getContainerMetrics(0);
        assertThat(container.getContainerId()).isEqualTo(id);
        List<Metric> all = new ArrayList<>(metrics.getMetricsList());
        all.addAll(container.getMetricsList());
        for (Metric metric : all) {
            MetricDescriptor descriptor = descriptors.get(metric.getName());
            assertThat(descriptor).as(metric.getName()).isNotNull();
            assertThat(descriptor.getHelp()).isNotEmpty();
            assertThat(metric.getLabelValuesList()).hasSameSizeAs(descriptor.getLabelKeysList());
            assertThat(metric.getTimestamp()).isPositive();
        }
        Metric limit = metric(container, "container_spec_memory_limit_bytes");
        assertThat(limit.getValue().getValue()).isEqualTo(64 * MIB);
        assertThat(limit.getMetricType()).isEqualTo(MetricType.GAUGE);
        assertThat(Objects.requireNonNull(descriptors.get(limit.getName())).getLabelKeysList())
                .containsExactly("id", "name", "image", "namespace", "pod", "container");
        var metadata = pod.config().getMetadata();
        assertThat(limit.getLabelValuesList())
                .containsExactly(
                        id,
                        "k8s_main_" + metadata.getName() + "_" + metadata.getNamespace() + "_" + metadata.getUid()
                                + "_0",
                        node.testImages().busybox(),
                        metadata.getNamespace(),
                        metadata.getName(),
                        "main");
        assertThat(metric(container, "container_spec_cpu_quota").getValue().getValue())
                .isEqualTo(50_000);
        assertThat(metric(container, "container_processes").getValue().getValue())
                .isEqualTo(2);
        assertThat(metric(container, "container_file_descriptors").getValue().getValue())
                .isPositive();
        assertThat(metric(container, "container_memory_usage_bytes").getValue().getValue())
                .isPositive();
        assertThat(metric(container, "container_fs_limit_bytes").getValue().getValue())
                .isPositive();
        assertThat(metric(container, "container_cpu_usage_seconds_total").getMetricType())
                .isEqualTo(MetricType.COUNTER);
        assertThat(metric(container, "container_start_time_seconds").getValue().getValue())
                .isPositive();
    }

    /** cAdvisor's names, and the labels that each has beyond those that all have. */
    private static Map<String, List<String>> families() {
        Map<String, List<String>> all = new TreeMap<>();
        plain(all, "container_", "last_seen", "start_time_seconds", "oom_events_total");
        plain(all, "container_cpu_", "user_seconds_total", "system_seconds_total");
        plain(all, "container_cpu_cfs_", "periods_total", "throttled_periods_total", "throttled_seconds_total");
        plain(all, "container_memory_", "cache", "rss", "kernel_usage", "mapped_file", "swap", "failcnt");
        plain(all, "container_memory_", "usage_bytes", "max_usage_bytes", "working_set_bytes");
        plain(all, "container_fs_", "inodes_free", "inodes_total", "limit_bytes", "usage_bytes");
        plain(all, "container_", "processes", "threads", "threads_max", "file_descriptors", "sockets");
        plain(all, "container_spec_cpu_", "period", "quota", "shares");
        plain(all, "container_spec_memory_", "limit_bytes", "reservation_limit_bytes", "swap_limit_bytes");
        for (String resource : List.of("cpu", "memory", "io")) {
            plain(all, "container_pressure_" + resource, "_stalled_seconds_total", "_waiting_seconds_total");
        }
        all.put("container_cpu_usage_seconds_total", List.of("cpu"));
        all.put("container_memory_failures_total", List.of("failure_type", "scope"));
        for (String transfer : List.of("reads_bytes", "reads", "writes_bytes", "writes")) {
            all.put("container_fs_" + transfer + "_total", List.of("device"));
        }
        all.put("container_blkio_device_usage_total", List.of("device", "major", "minor", "operation"));
        all.put("container_hugetlb_usage_bytes", List.of("pagesize"));
        all.put("container_hugetlb_max_usage_bytes", List.of("pagesize"));
        all.put("container_ulimits_soft", List.of("ulimit"));
        for (String direction : List.of("receive", "transmit")) {
            for (String count : List.of("bytes", "packets", "packets_dropped", "errors")) {
                all.put("container_network_" + direction + "_" + count + "_total", List.of("interface"));
            }
        }
        return all;
    }

    private static void plain(Map<String, List<String>> all, String prefix, String... names) {
        for (String name : names) {
            all.put(prefix + name, List.of());
        }
    }

    /** What the kernel of this node does not count is in no metric. */
    private static Set<String> counted(ProcessCgroup cgroup) {
        Set<String> names = new TreeSet<>(families().keySet());
        if (!Files.exists(Path.of("/proc/pressure"))) {
            names.removeIf(name -> name.startsWith("container_pressure_"));
        }
        Path hugepages = cgroup.file("hugetlb", "hugetlb.2MB.usage_in_bytes", "hugetlb.2MB.current");
        if (!Files.exists(hugepages)) {
            names.removeIf(name -> name.startsWith("container_hugetlb_"));
        }
        return names;
    }

    /** More than one processor's worth of work, some of it the kernel's; files beyond the limit of memory. */
    private static String working(Pod pod, String gateway, Path disk) {
        return node.run(
                pod,
                node.shell("main", """
                                x=$(head -c 8000000 /dev/zero | tr '\\0' x)
                                nc -l -p 8080 </dev/null &
                                ping -c 1 %s >/dev/null
                                while ! test -e /disk/go; do usleep 20000; done
                                dd if=/dev/zero of=/disk/file bs=1M count=40 oflag=direct 2>/dev/null
                                dd if=/disk/file of=/dev/null bs=1M iflag=direct 2>/dev/null
                                dd if=/dev/zero of=/large bs=1M count=80 2>/dev/null
                                dd if=/dev/zero of=/dev/null bs=1k &
                                while :; do :; done
                                """.formatted(gateway))
                        .mount(disk, "/disk")
                        .security(s -> s.setCapabilities(Capability.newBuilder().addAddCapabilities("NET_RAW")))
                        .resources(r -> r.setMemoryLimitInBytes(64 * MIB)
                                .setMemorySwapLimitInBytes(128 * MIB)
                                .putUnified("memory.min", Long.toString(MIB))
                                .setCpuShares(512)));
    }

    private static List<Metric> all(Pod pod) {
        PodSandboxMetrics metrics = metrics(pod);
        List<Metric> all = new ArrayList<>(metrics.getMetricsList());
        metrics.getContainerMetricsList().forEach(container -> all.addAll(container.getMetricsList()));
        return all;
    }

    private static Set<String> positive(List<Metric> metrics) {
        return metrics.stream()
                .filter(metric -> metric.getValue().getValue() > 0)
                .map(Metric::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyFamilyOfCadvisorIsThereAndCountsWhatWasDone() throws Exception {
        assertThat(descriptors().keySet())
                .containsExactlyInAnyOrderElementsOf(families().keySet());
        descriptors()
                .forEach((name, descriptor) -> assertThat(descriptor.getLabelKeysList())
                        .as(name)
                        .startsWith("id", "name", "image", "namespace", "pod", "container")
                        .endsWith(Objects.requireNonNull(families().get(name)).toArray(String[]::new))
                        .hasSize(
                                6 + Objects.requireNonNull(families().get(name)).size()));
        Pod pod = node.runPod("web");
        String gateway = node.output(
                        pod, node.shell("route", "ip route | sed -n 's/^default via \\([0-9.]*\\).*/\\1/p'"))
                .strip();
        Instant before = Instant.now().minus(CLOCKS);
        try (var disk = Disk.create(node.testNode().folder())) {
            String id = working(pod, gateway, disk.point());
            ProcessCgroup cgroup = ProcessCgroup.of(node.pid(id));
            disk.isCountedIn(cgroup);
            Files.createFile(disk.point().resolve("go"));
            awaitPositive(
                    pod,
                    Set.of(
                            "container_cpu_usage_seconds_total",
                            "container_cpu_user_seconds_total",
                            "container_cpu_system_seconds_total"));
            var _ = node.client()
                    .runtime()
                    .updateContainerResources(UpdateContainerResourcesRequest.newBuilder()
                            .setContainerId(id)
                            .setLinux(LinuxContainerResources.newBuilder()
                                    .setCpuQuota(10_000)
                                    .setCpuPeriod(100_000))
                            .build());
            areCounted(pod, cgroup, id, before, disk.device());
            node.pods().remove(pod.id());
        }
    }

    private static void areCounted(Pod pod, ProcessCgroup cgroup, String id, Instant before, String device)
            throws Exception {
        awaitPositive(pod, WORKED);
        List<Metric> all = all(pod);
        Instant after = Instant.now().plus(CLOCKS);
        assertThat(all.stream().map(Metric::getName).distinct().toList())
                .containsExactlyInAnyOrderElementsOf(counted(cgroup));
        for (Metric metric : all) {
            assertThat(Instant.EPOCH.plusNanos(metric.getTimestamp()))
                    .as(metric.getName())
                    .isBetween(before, after);
            assertThat(metric.getLabelValuesList().get(0)).isIn(pod.id(), id);
            boolean counts = COUNTER.matcher(metric.getName()).matches();
            assertThat(metric.getMetricType())
                    .as(metric.getName())
                    .isEqualTo(counts ? MetricType.COUNTER : MetricType.GAUGE);
        }
        assertThat(labels(all, "container_cpu_usage_seconds_total")).containsExactly(List.of("total"));
        assertThat(labels(all, "container_memory_failures_total"))
                .containsExactlyInAnyOrder(
                        List.of("pgfault", "container"),
                        List.of("pgfault", "hierarchy"),
                        List.of("pgmajfault", "container"),
                        List.of("pgmajfault", "hierarchy"));
        assertThat(labels(all, "container_ulimits_soft")).containsExactly(List.of("max_open_files"));
        assertThat(labels(all, "container_network_receive_bytes_total")).containsExactly(List.of("eth0"));
        assertThat(labels(all, "container_fs_writes_bytes_total")).contains(List.of(device));
        String[] numbers = device.split(":");
        assertThat(labels(all, "container_blkio_device_usage_total"))
                .contains(
                        List.of(device, numbers[0], numbers[1], "Read"),
                        List.of(device, numbers[0], numbers[1], "Write"));
        assertThat(value(all, "container_fs_writes_bytes_total")).isGreaterThanOrEqualTo(40 * MIB);
        assertThat(value(all, "container_fs_reads_bytes_total")).isGreaterThanOrEqualTo(40 * MIB);
        assertThat(value(all, "container_memory_max_usage_bytes")).isBetween(60 * MIB, 64 * MIB);
        assertThat(value(all, "container_start_time_seconds"))
                .isBetween(before.getEpochSecond(), after.getEpochSecond());
        assertThat(value(all, "container_spec_memory_reservation_limit_bytes")).isEqualTo(MIB);
    }

    /** A disk of which the kernel counts all transfers. */
    private record Disk(Path point, String device) implements AutoCloseable {
        static Disk create(Path folder) throws Exception {
            Path image = folder.resolve("disk.img");
            Path point = Files.createDirectory(folder.resolve("disk"));
            Command.run("truncate", "-s", "96M", image.toString());
            Command.run("mkfs.ext4", "-q", "-F", image.toString());
            Command.run("mount", "-o", "loop", image.toString(), point.toString());
            return new Disk(
                    point, Command.run("mountpoint", "-d", point.toString()).strip());
        }

        /** Kernel: the first version counts a disk only where somebody limits it, be it by a limit that nothing reaches. */
        void isCountedIn(ProcessCgroup cgroup) throws IOException {
            if (cgroup.isV1("blkio")) {
                Path limit = cgroup.file("blkio", "blkio.throttle.write_bps_device", "");
                Files.writeString(limit, device + " 1000000000000");
            }
        }

        @Override
        public void close() throws Exception {
            Command.run("umount", point.toString());
        }
    }

    private static void awaitPositive(Pod pod, Set<String> names) throws Exception {
        try {
            Await.until(
                    "what was done is counted",
                    Node.LIMIT,
                    () -> positive(all(pod)).containsAll(names));
        } catch (AssertionError e) {
            Set<String> missing = new TreeSet<>(names);
            missing.removeAll(positive(all(pod)));
            throw new AssertionError("nothing is counted in " + missing, e);
        }
    }

    /** The values of the labels that the family has beyond those that all have. */
    private static List<List<String>> labels(List<Metric> metrics, String name) {
        return metrics.stream()
                .filter(metric -> metric.getName().equals(name))
                .map(metric -> List.copyOf(metric.getLabelValuesList()
                        .subList(6, metric.getLabelValuesList().size())))
                .toList();
    }

    private static long value(List<Metric> metrics, String name) {
        return metrics.stream()
                .filter(metric -> metric.getName().equals(name))
                .mapToLong(metric -> metric.getValue().getValue())
                .sum();
    }

    @Test
    void thePodsNetworkIsInItsOwnMetrics() throws Exception {
        Pod pod = node.runPod("web");
        Await.until("its interface has received", Node.LIMIT, () -> received(pod) > 0);
    }

    private static long received(Pod pod) {
        return metrics(pod).getMetricsList().stream()
                .filter(m -> m.getName().equals("container_network_receive_bytes_total"))
                .filter(m -> m.getLabelValuesList()
                        .equals(List.of(
                                pod.id(),
                                "POD",
                                "",
                                pod.config().getMetadata().getNamespace(),
                                pod.config().getMetadata().getName(),
                                "POD",
                                "eth0")))
                .mapToLong(m -> m.getValue().getValue())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theStreamTellsTheSame() throws Exception {
        Pod pod = node.runPod("web");
        node.run(pod, node.idle("main"));
        List<PodSandboxMetrics> streamed = new ArrayList<>();
        node.client()
                .runtime()
                .streamPodSandboxMetrics(StreamPodSandboxMetricsRequest.getDefaultInstance())
                .forEachRemaining(part -> streamed.addAll(part.getPodSandboxMetricsList()));
        assertThat(streamed).hasSize(1);
        assertThat(streamed.getFirst().getPodSandboxId()).isEqualTo(pod.id());
        assertThat(streamed.getFirst().getContainerMetricsCount()).isEqualTo(1);
    }

    @Test
    void aKillForWantOfMemoryIsCounted() throws Exception {
        Pod pod = node.runPod("web");
        node.run(
                pod,
                node.shell("main", "while :; do tail /dev/zero; sleep 0.1; done")
                        .resources(r -> r.setMemoryLimitInBytes(16 * MIB).setMemorySwapLimitInBytes(16 * MIB)));
        Await.until(
                "the kill is counted",
                Node.LIMIT,
                () -> metric(metrics(pod).getContainerMetrics(0), "container_oom_events_total")
                                .getValue()
                                .getValue()
                        > 0);
    }

    @Test
    void samplesAreAsOldAsThePeriodAtMost() throws Exception {
        node.run(node.runPod("web"), node.idle("main"));
        long first = timestamp();
        Await.until("it is measured again", Node.LIMIT, () -> timestamp() > first);
    }

    private static long timestamp() {
        return node.client()
                .runtime()
                .listContainerStats(ListContainerStatsRequest.getDefaultInstance())
                .getStats(0)
                .getCpu()
                .getTimestamp();
    }
}
