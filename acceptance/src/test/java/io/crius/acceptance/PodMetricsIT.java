package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.ContainerMetrics;
import io.crius.cri.v1.ListContainerStatsRequest;
import io.crius.cri.v1.ListMetricDescriptorsRequest;
import io.crius.cri.v1.ListPodSandboxMetricsRequest;
import io.crius.cri.v1.Metric;
import io.crius.cri.v1.MetricDescriptor;
import io.crius.cri.v1.MetricType;
import io.crius.cri.v1.PodSandboxMetrics;
import io.crius.cri.v1.StreamPodSandboxMetricsRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** All metrics of pods, and measuring by a period. */
@Needs({Trait.READS_CRIO_CONF, Trait.SPEAKS_CRI_1_36})
class PodMetricsIT {
    private static final long MIB = 1 << 20;

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
