package io.crius.config;

import java.time.Duration;
import java.util.List;

/** {@code [crio.stats]}: statistics of pods and containers. */
public record StatsTable(Settings settings) {
    public static final Option<Duration> STATS_COLLECTION_PERIOD = Option.of(
                    "stats_collection_period",
                    ValueType.seconds(0),
                    Duration.ZERO,
                    "Seconds between background samples; counts where collection_period is 0.")
            .deprecated("use collection_period");
    public static final Option<Duration> COLLECTION_PERIOD = Option.of(
            "collection_period",
            ValueType.seconds(0),
            Duration.ZERO,
            "Seconds between background samples; 0 samples on demand.");
    public static final Option<List<String>> INCLUDED_POD_METRICS = Option.of(
            "included_pod_metrics",
            ValueType.STRINGS,
            List.<String>of(),
            "The pod metrics to offer: cpu, disk, diskIO, hugetlb, memory, network, oom, process, spec, pressure, or all alone.");

    static final TableSchema SCHEMA = TableSchema.of(
            "crio.stats",
            "Statistics of pods and containers.",
            STATS_COLLECTION_PERIOD,
            COLLECTION_PERIOD,
            INCLUDED_POD_METRICS);

    public Duration statsCollectionPeriod() {
        return settings.get(STATS_COLLECTION_PERIOD);
    }

    public Duration collectionPeriod() {
        return settings.get(COLLECTION_PERIOD);
    }

    public List<String> includedPodMetrics() {
        return settings.get(INCLUDED_POD_METRICS);
    }
}
