package io.crius.server.podmetrics;

import io.crius.server.state.LinuxResources;
import java.util.List;
import java.util.OptionalLong;

/** The group {@code spec}: limits in force. No limit is 0, as cAdvisor has it. */
final class SpecMetrics {
    static final List<MetricFamily<ContainerFacts>> FAMILIES = List.of(
            MetricFamily.gauge(
                    "container_spec_cpu_period",
                    "CPU period of the container.",
                    c -> OptionalLong.of(c.limits().cpuPeriod())),
            MetricFamily.gauge(
                    "container_spec_cpu_quota",
                    "CPU quota of the container.",
                    c -> positive(c.limits().cpuQuota())),
            MetricFamily.gauge(
                    "container_spec_cpu_shares",
                    "CPU share of the container.",
                    c -> OptionalLong.of(c.limits().cpuShares())),
            MetricFamily.gauge(
                    "container_spec_memory_limit_bytes",
                    "Memory limit for the container.",
                    c -> OptionalLong.of(Math.max(0, c.limits().memoryLimit()))),
            MetricFamily.gauge(
                    "container_spec_memory_reservation_limit_bytes",
                    "Memory reservation limit for the container.",
                    c -> OptionalLong.of(reservation(c.limits()))),
            MetricFamily.gauge(
                    "container_spec_memory_swap_limit_bytes",
                    "Memory swap limit for the container.",
                    c -> OptionalLong.of(Math.max(0, c.limits().memorySwapLimit()))),
            MetricFamily.gauge(
                    "container_start_time_seconds",
                    "Start time of the container since unix epoch in seconds.",
                    c -> ContainerFacts.value(c.view().startedAt(), at -> at.getEpochSecond())));

    private SpecMetrics() {}

    private static OptionalLong positive(long value) {
        return value > 0 ? OptionalLong.of(value) : OptionalLong.empty();
    }

    /** Compat: what kubelet asks the second version of cgroups to keep for the container. */
    private static long reservation(LinuxResources limits) {
        String text = limits.unified().getOrDefault("memory.min", "0");
        return !text.isEmpty() && text.length() < 19 && text.chars().allMatch(Character::isDigit)
                ? Long.parseLong(text)
                : 0;
    }
}
