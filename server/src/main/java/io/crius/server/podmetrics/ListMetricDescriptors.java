package io.crius.server.podmetrics;

import java.util.List;

/** ListMetricDescriptors: the metrics that {@link ListPodSandboxMetrics} may tell. */
public final class ListMetricDescriptors {
    private final MetricTable table;

    public ListMetricDescriptors(MetricTable table) {
        this.table = table;
    }

    public List<MetricDescriptor> list() {
        return table.descriptors();
    }
}
