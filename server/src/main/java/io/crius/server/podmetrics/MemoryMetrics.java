package io.crius.server.podmetrics;

import io.crius.cgroup.CgroupDetail.MemoryDetail;
import io.crius.cgroup.MemoryUsage;
import io.crius.server.podmetrics.MetricFamily.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The groups {@code memory}, {@code oom} and {@code hugetlb}. */
final class MemoryMetrics {
    static final List<MetricFamily<ContainerFacts>> FAMILIES = List.of(
            MetricFamily.gauge(
                    "container_memory_cache",
                    "Number of bytes of page cache memory.",
                    c -> c.memoryDetail(MemoryDetail::cache)),
            MetricFamily.gauge("container_memory_rss", "Size of RSS in bytes.", c -> c.memory(MemoryUsage::rss)),
            MetricFamily.gauge(
                    "container_memory_kernel_usage",
                    "Size of kernel memory allocated in bytes.",
                    c -> c.memoryDetail(MemoryDetail::kernel)),
            MetricFamily.gauge(
                    "container_memory_mapped_file",
                    "Size of memory mapped files in bytes.",
                    c -> c.memoryDetail(MemoryDetail::mappedFile)),
            MetricFamily.gauge(
                    "container_memory_swap",
                    "Container swap usage in bytes.",
                    c -> c.memory(usage -> usage.swap().orElse(0))),
            MetricFamily.counter(
                    "container_memory_failcnt",
                    "Number of memory usage hits limits",
                    c -> c.memoryDetail(MemoryDetail::limitHits)),
            MetricFamily.gauge(
                    "container_memory_usage_bytes",
                    "Current memory usage in bytes, including all memory regardless of when it was accessed",
                    c -> c.memory(MemoryUsage::usage)),
            MetricFamily.gauge(
                    "container_memory_max_usage_bytes",
                    "Maximum memory usage recorded in bytes",
                    c -> c.memoryDetail(MemoryDetail::peak)),
            MetricFamily.gauge(
                    "container_memory_working_set_bytes",
                    "Current working set in bytes.",
                    c -> c.memory(MemoryUsage::workingSet)),
            MetricFamily.counters(
                    "container_memory_failures_total",
                    "Cumulative count of memory allocation failures.",
                    List.of("failure_type", "scope"),
                    MemoryMetrics::faults));

    static final List<MetricFamily<ContainerFacts>> OOM = List.of(MetricFamily.counter(
            "container_oom_events_total",
            "Count of out of memory events observed for the container",
            c -> c.detail().oomKills()));

    static final List<MetricFamily<ContainerFacts>> HUGETLB = List.of(
            MetricFamily.gauges(
                    "container_hugetlb_usage_bytes",
                    "Current hugepage usage in bytes",
                    List.of("pagesize"),
                    c -> c.detail().hugepages().stream()
                            .map(pages -> new Point(List.of(pages.pageSize()), pages.used()))
                            .toList()),
            MetricFamily.gauges(
                    "container_hugetlb_max_usage_bytes",
                    "Maximum hugepage usage recorded in bytes",
                    List.of("pagesize"),
                    c -> c.detail().hugepages().stream()
                            .map(pages -> new Point(List.of(pages.pageSize()), pages.peak()))
                            .toList()));

    private MemoryMetrics() {}

    private static List<Point> faults(ContainerFacts c) {
        var points = new ArrayList<Point>();
        add(points, "pgfault", "container", c.memoryDetail(MemoryDetail::faults));
        add(points, "pgfault", "hierarchy", c.memory(MemoryUsage::pageFaults));
        add(points, "pgmajfault", "container", c.memoryDetail(MemoryDetail::majorFaults));
        add(points, "pgmajfault", "hierarchy", c.memory(MemoryUsage::majorPageFaults));
        return points;
    }

    private static void add(List<Point> points, String type, String scope, OptionalLong value) {
        if (value.isPresent()) {
            points.add(new Point(List.of(type, scope), value.getAsLong()));
        }
    }
}
