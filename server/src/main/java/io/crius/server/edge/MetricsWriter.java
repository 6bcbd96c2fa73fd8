package io.crius.server.edge;

import io.crius.cri.v1.ContainerMetrics;
import io.crius.cri.v1.Metric;
import io.crius.cri.v1.MetricDescriptor;
import io.crius.cri.v1.MetricType;
import io.crius.cri.v1.PodSandboxMetrics;
import io.crius.cri.v1.UInt64Value;
import io.crius.server.podmetrics.MetricValue;
import io.crius.server.podmetrics.PodMetrics;
import java.time.Instant;

/** Writes metrics for the wire. */
final class MetricsWriter {
    private MetricsWriter() {}

    static MetricDescriptor descriptor(io.crius.server.podmetrics.MetricDescriptor descriptor) {
        return MetricDescriptor.newBuilder()
                .setName(descriptor.name())
                .setHelp(descriptor.help())
                .addAllLabelKeys(descriptor.labels())
                .build();
    }

    static PodSandboxMetrics pod(PodMetrics pod) {
        var metrics = PodSandboxMetrics.newBuilder().setPodSandboxId(pod.podId());
        pod.values().forEach(value -> metrics.addMetrics(metric(pod.at(), value)));
        pod.containers().forEach(container -> metrics.addContainerMetrics(container(container)));
        return metrics.build();
    }

    private static ContainerMetrics container(PodMetrics.OfContainer container) {
        var metrics = ContainerMetrics.newBuilder().setContainerId(container.containerId());
        container.values().forEach(value -> metrics.addMetrics(metric(container.at(), value)));
        return metrics.build();
    }

    private static Metric metric(Instant at, MetricValue value) {
        return Metric.newBuilder()
                .setName(value.name())
                .setTimestamp(Times.nanos(at))
                .setMetricType(
                        switch (value.kind()) {
                            case COUNTER -> MetricType.COUNTER;
                            case GAUGE -> MetricType.GAUGE;
                        })
                .addAllLabelValues(value.labels())
                .setValue(UInt64Value.newBuilder().setValue(value.value()))
                .build();
    }
}
