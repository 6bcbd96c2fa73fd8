package io.crius.server.podmetrics;

import io.crius.server.stats.PodSample;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The metrics that the configuration includes. Immutable. */
public final class MetricTable {
    /** Compat: the labels that all metrics have, in CRI-O's order. */
    static final List<String> LABELS = List.of("id", "name", "image", "namespace", "pod", "container");

    private final List<MetricFamily<ContainerFacts>> ofContainers = new ArrayList<>();
    private final List<MetricFamily<PodSample>> ofPods = new ArrayList<>();

    public MetricTable(Set<MetricGroup> groups) {
        if (!groups.isEmpty()) {
            ofContainers.addAll(ProcessMetrics.ALWAYS);
        }
        groups.forEach(this::add);
    }

    private void add(MetricGroup group) {
        switch (group) {
            case CPU -> ofContainers.addAll(CpuMetrics.FAMILIES);
            case DISK -> ofContainers.addAll(DiskMetrics.DISK);
            case DISK_IO -> ofContainers.addAll(DiskMetrics.TRANSFERS);
            case HUGETLB -> ofContainers.addAll(MemoryMetrics.HUGETLB);
            case MEMORY -> ofContainers.addAll(MemoryMetrics.FAMILIES);
            case NETWORK -> ofPods.addAll(NetworkMetrics.FAMILIES);
            case OOM -> ofContainers.addAll(MemoryMetrics.OOM);
            case PROCESS -> ofContainers.addAll(ProcessMetrics.PROCESSES);
            case SPEC -> ofContainers.addAll(SpecMetrics.FAMILIES);
            case PRESSURE -> ofContainers.addAll(ProcessMetrics.PRESSURE);
        }
    }

    boolean isEmpty() {
        return ofContainers.isEmpty() && ofPods.isEmpty();
    }

    List<MetricDescriptor> descriptors() {
        var all = new ArrayList<MetricDescriptor>();
        ofContainers.forEach(family -> all.add(descriptor(family)));
        ofPods.forEach(family -> all.add(descriptor(family)));
        return all;
    }

    private static MetricDescriptor descriptor(MetricFamily<?> family) {
        return new MetricDescriptor(family.name(), family.help(), joined(LABELS, family.labels()));
    }

    List<MetricValue> values(ContainerFacts container, List<String> labels) {
        return values(ofContainers, container, labels);
    }

    List<MetricValue> values(PodSample pod, List<String> labels) {
        return values(ofPods, pod, labels);
    }

    private static <T> List<MetricValue> values(List<MetricFamily<T>> families, T thing, List<String> labels) {
        var values = new ArrayList<MetricValue>();
        for (MetricFamily<T> family : families) {
            for (MetricFamily.Point point : family.points().apply(thing)) {
                values.add(new MetricValue(
                        family.name(), family.kind(), joined(labels, point.labels()), Math.max(0, point.value())));
            }
        }
        return values;
    }

    private static List<String> joined(List<String> first, List<String> second) {
        var all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
