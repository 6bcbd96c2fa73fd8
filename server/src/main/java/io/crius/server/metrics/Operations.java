package io.crius.server.metrics;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts the calls of the CRI by their names. Thread-safe. */
public final class Operations {
    private static final double NANOS_PER_SECOND = 1e9;

    private static final List<Double> QUANTILES = List.of(0.5, 0.9, 0.99);

    private final Map<String, Counts> byName = new ConcurrentSkipListMap<>();

    private static final class Counts {
        private final LongAdder calls = new LongAdder();
        private final LongAdder errors = new LongAdder();
        private final LongAdder nanos = new LongAdder();
        private volatile double last;
        private final RecentTimes recent = new RecentTimes();
    }

    /** How a call ended. */
    public enum End {
        ANSWERED,
        FAILED
    }

    /** A call has ended. */
    public void ended(String name, Duration took, End end) {
        Counts counts = byName.computeIfAbsent(name, _ -> new Counts());
        counts.calls.increment();
        counts.nanos.add(took.toNanos());
        counts.last = took.toNanos() / NANOS_PER_SECOND;
        counts.recent.add(took.toNanos());
        if (end == End.FAILED) {
            counts.errors.increment();
        }
    }

    /** Compat: CRI-O's families. Its quantiles are over ten minutes, these over the last calls. */
    void write(Exposition out) {
        out.family("crio_operations_total", "counter", "Cumulative number of CRI operations by operation type.");
        byName.forEach((name, counts) -> out.value("crio_operations_total", name(name), (double) counts.calls.sum()));
        out.family("crio_operations_errors_total", "counter", "Cumulative number of CRI operation errors.");
        byName.forEach(
                (name, counts) -> out.value("crio_operations_errors_total", name(name), (double) counts.errors.sum()));
        out.family(
                "crio_operations_latency_seconds",
                "gauge",
                "Latency in seconds of the last CRI call by operation type.");
        byName.forEach((name, counts) -> out.value("crio_operations_latency_seconds", name(name), counts.last));
        String total = "crio_operations_latency_seconds_total";
        out.family(total, "summary", "Latency in seconds of CRI calls by operation type.");
        byName.forEach((name, counts) -> {
            counts.recent
                    .quantiles(QUANTILES)
                    .forEach((quantile, nanos) -> out.value(
                            total,
                            Map.of("operation", name, "quantile", Double.toString(quantile)),
                            nanos / NANOS_PER_SECOND));
            out.value(total + "_sum", name(name), counts.nanos.sum() / NANOS_PER_SECOND);
            out.value(total + "_count", name(name), (double) counts.calls.sum());
        });
    }

    private static Map<String, String> name(String operation) {
        return Map.of("operation", operation);
    }
}
