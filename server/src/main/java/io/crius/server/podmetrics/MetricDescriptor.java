package io.crius.server.podmetrics;

import java.util.List;

/** A metric as it is announced; {@code labels} are the keys of what every value of it has. */
public record MetricDescriptor(String name, String help, List<String> labels) {
    public MetricDescriptor {
        labels = List.copyOf(labels);
    }
}
