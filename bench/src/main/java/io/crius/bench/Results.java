package io.crius.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was measured on one server. Not thread-safe. */
final class Results {
    private final Map<Operation, List<Duration>> times = new EnumMap<>(Operation.class);
    private final Map<String, Double> figures = new LinkedHashMap<>();

    void add(Operation operation, Duration time) {
        times.computeIfAbsent(operation, _ -> new ArrayList<>()).add(time);
    }

    /** A figure of another kind, by its name and unit. */
    void set(String name, double value) {
        figures.put(name, value);
    }

    /** Forgets the times measured so far but for one operation: they were for warming up. */
    void forgetTimesExcept(Operation kept) {
        times.keySet().removeIf(operation -> operation != kept);
    }

    Map<String, Double> figures() {
        return Collections.unmodifiableMap(figures);
    }

    int count(Operation operation) {
        return times.getOrDefault(operation, List.of()).size();
    }

    /**
     * The time that a share of all calls did not exceed.
     *
     * @param share from 0 to 1
     */
    Optional<Duration> percentile(Operation operation, double share) {
        List<Duration> sorted =
                times.getOrDefault(operation, List.of()).stream().sorted().toList();
        if (sorted.isEmpty()) {
            return Optional.empty();
        }
        int rank = (int) Math.ceil(share * sorted.size());
        return Optional.of(sorted.get(Math.max(0, rank - 1)));
    }
}
