package io.crius.server.metrics;

import static java.lang.System.Logger.Level.WARNING;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which families of metrics are collected, {@code metrics_collectors}. Immutable.
 *
 * <p>Compat: names count with and without what all of them begin with.
 */
public final class ChosenMetrics {
    private static final System.Logger LOG = System.getLogger(ChosenMetrics.class.getName());

    /** All of them. */
    public static final ChosenMetrics ALL = new ChosenMetrics(Set.of());

    /** Compat: CRI-O's, whether or not there is anything to tell here. */
    private static final Set<String> KNOWN = Set.of(
            "containers_events_dropped_total",
            "containers_oom_count_total",
            "containers_oom_total",
            "containers_seccomp_notifier_count_total",
            "containers_stopped_monitor_count",
            "default_runtime",
            "image_layer_reuse_total",
            "image_pulls_bytes_total",
            "image_pulls_failure_total",
            "image_pulls_layer_size",
            "image_pulls_skipped_bytes_total",
            "image_pulls_success_total",
            "operations_errors_total",
            "operations_latency_seconds",
            "operations_latency_seconds_total",
            "operations_total",
            "processes_defunct",
            "resources_stalled_at_stage");

    private final Set<String> wanted;

    private ChosenMetrics(Set<String> wanted) {
        this.wanted = Set.copyOf(wanted);
    }

    /** Those that are named; an empty list names all. What is no collector is left out with a warning. */
    public static ChosenMetrics of(List<String> names) {
        var wanted = new HashSet<String>();
        for (String name : names) {
            if (KNOWN.contains(bare(name))) {
                wanted.add(bare(name));
            } else {
                LOG.log(
                        WARNING,
                        () -> "metrics_collectors: there is no collector \"" + name + "\"; there are "
                                + String.join(", ", KNOWN.stream().sorted().toList()));
            }
        }
        return names.isEmpty() ? ALL : new ChosenMetrics(wanted);
    }

    /** Whether a family is collected. */
    boolean want(String family) {
        return this == ALL || wanted.contains(bare(family));
    }

    private static String bare(String name) {
        String own = name.startsWith("container_runtime_") ? name.substring("container_runtime_".length()) : name;
        return own.startsWith("crio_") ? own.substring("crio_".length()) : own;
    }
}
