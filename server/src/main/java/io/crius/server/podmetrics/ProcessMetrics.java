package io.crius.server.podmetrics;

import io.crius.cgroup.Pressure;
import io.crius.server.podmetrics.MetricFamily.Point;
import io.crius.server.stats.ProcessCounts;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** The groups {@code process} and {@code pressure}, and what always is there. */
final class ProcessMetrics {
    static final List<MetricFamily<ContainerFacts>> ALWAYS = List.of(MetricFamily.gauge(
            "container_last_seen",
            "Last time a container was seen by the exporter",
            c -> OptionalLong.of(c.sample().at().getEpochSecond())));

    static final List<MetricFamily<ContainerFacts>> PROCESSES = List.of(
            MetricFamily.gauge(
                    "container_processes",
                    "Number of processes running inside the container.",
                    c -> ContainerFacts.value(c.sample().processes(), ProcessCounts::processes)),
            MetricFamily.gauge(
                    "container_threads",
                    "Number of threads running inside the container",
                    c -> c.sample().usage().pids()),
            MetricFamily.gauge(
                    "container_threads_max",
                    "Maximum number of threads allowed inside the container, infinity if value is zero",
                    c -> OptionalLong.of(c.detail().pidsLimit().orElse(0))),
            MetricFamily.gauge(
                    "container_file_descriptors",
                    "Number of open file descriptors for the container.",
                    c -> ContainerFacts.value(c.sample().processes(), ProcessCounts::openFiles)),
            MetricFamily.gauge(
                    "container_sockets",
                    "Number of open sockets for the container.",
                    c -> ContainerFacts.value(c.sample().processes(), ProcessCounts::sockets)),
            MetricFamily.gauges(
                    "container_ulimits_soft",
                    "Soft ulimit values for the container root process. Unlimited if -1, except priority and nice",
                    List.of("ulimit"),
                    c -> c.sample().processes().stream()
                            .map(counts -> new Point(List.of("max_open_files"), counts.softOpenFiles()))
                            .toList()));

    static final List<MetricFamily<ContainerFacts>> PRESSURE = List.of(
            stalled("cpu", Pressure.All::cpu),
            waiting("cpu", Pressure.All::cpu),
            stalled("memory", Pressure.All::memory),
            waiting("memory", Pressure.All::memory),
            stalled("io", Pressure.All::io),
            waiting("io", Pressure.All::io));

    private ProcessMetrics() {}

    private static MetricFamily<ContainerFacts> stalled(
            String resource, Function<Pressure.All, Optional<Pressure>> part) {
        return MetricFamily.counter(
                "container_pressure_" + resource + "_stalled_seconds_total",
                "Total time duration no tasks in the container could make progress due to " + resource + " congestion.",
                c -> seconds(part.apply(c.sample().usage().pressure()).map(Pressure::full)));
    }

    private static MetricFamily<ContainerFacts> waiting(
            String resource, Function<Pressure.All, Optional<Pressure>> part) {
        return MetricFamily.counter(
                "container_pressure_" + resource + "_waiting_seconds_total",
                "Total time duration tasks in the container have waited due to " + resource + " congestion.",
                c -> seconds(part.apply(c.sample().usage().pressure()).map(Pressure::some)));
    }

    private static OptionalLong seconds(Optional<Pressure.Share> share) {
        return ContainerFacts.value(share, s -> ContainerFacts.secondsOfMicros(s.totalMicros()));
    }
}
