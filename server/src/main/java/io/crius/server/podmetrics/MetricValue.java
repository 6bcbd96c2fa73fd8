package io.crius.server.podmetrics;

import java.util.List;

/**
 * A measured value.
 *
 * @param labels in the order of the descriptor's keys
 */
public record MetricValue(String name, Kind kind, List<String> labels, long value) {
    /** How a value moves. */
    public enum Kind {
        /** Only up. */
        COUNTER,
        /** Up and down. */
        GAUGE
    }

    public MetricValue {
        labels = List.copyOf(labels);
    }
}
