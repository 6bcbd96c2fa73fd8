package io.crius.server.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts requests that found what they ask for being made already, by where that was. Thread-safe. */
public final class StallCounts {
    private final Map<String, LongAdder> byStage = new ConcurrentSkipListMap<>();

    /** A retry joined a creation that was at this stage. */
    public void joined(String stage) {
        byStage.computeIfAbsent(stage, _ -> new LongAdder()).increment();
    }

    void write(Exposition out) {
        out.family(
                "crio_resources_stalled_at_stage",
                "counter",
                "Resource creation stage pod or container is stalled at.");
        byStage.forEach((stage, count) ->
                out.value("crio_resources_stalled_at_stage", Map.of("stage", stage), (double) count.sum()));
    }
}
