package io.crius.server.podmetrics;

import static io.crius.server.podmetrics.ContainerFacts.seconds;

import io.crius.cgroup.CgroupDetail.CpuTimes;
import io.crius.server.podmetrics.MetricFamily.Point;
import java.util.List;
import java.util.OptionalLong;

/** The group {@code cpu}. */
final class CpuMetrics {
    /** cAdvisor as kubelet runs it tells no single processors. */
    private static final List<String> TOTAL = List.of("total");

    static final List<MetricFamily<ContainerFacts>> FAMILIES = List.of(
            MetricFamily.counter(
                    "container_cpu_user_seconds_total",
                    "Cumulative user cpu time consumed in seconds.",
                    c -> seconds(c.cpu(CpuTimes::userNanos))),
            MetricFamily.counter(
                    "container_cpu_system_seconds_total",
                    "Cumulative system cpu time consumed in seconds.",
                    c -> seconds(c.cpu(CpuTimes::systemNanos))),
            MetricFamily.counters(
                    "container_cpu_usage_seconds_total",
                    "Cumulative cpu time consumed in seconds.",
                    List.of("cpu"),
                    c -> total(seconds(c.sample().usage().cpuNanos()))),
            MetricFamily.counter(
                    "container_cpu_cfs_periods_total",
                    "Number of elapsed enforcement period intervals.",
                    c -> c.cpu(CpuTimes::periods)),
            MetricFamily.counter(
                    "container_cpu_cfs_throttled_periods_total",
                    "Number of throttled period intervals.",
                    c -> c.cpu(CpuTimes::throttledPeriods)),
            MetricFamily.counter(
                    "container_cpu_cfs_throttled_seconds_total",
                    "Total time duration the container has been throttled.",
                    c -> seconds(c.cpu(CpuTimes::throttledNanos))));

    private CpuMetrics() {}

    private static List<Point> total(OptionalLong seconds) {
        return seconds.isEmpty() ? List.of() : List.of(new Point(TOTAL, seconds.getAsLong()));
    }
}
