package io.crius.server.podmetrics;

import java.time.Instant;
import java.util.List;

/**
 * The metrics of a pod: those of the pod as a whole, and those of its containers.
 *
 * @param at when the pod was measured
 */
public record PodMetrics(String podId, Instant at, List<MetricValue> values, List<OfContainer> containers) {
    /** The metrics of a container. */
    public record OfContainer(String containerId, Instant at, List<MetricValue> values) {
        public OfContainer {
            values = List.copyOf(values);
        }
    }

    public PodMetrics {
        values = List.copyOf(values);
        containers = List.copyOf(containers);
    }
}
