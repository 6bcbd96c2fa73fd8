package io.crius.server.metrics;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long the last few hundred calls took. Thread-safe by its own monitor. */
final class RecentTimes {
    private static final int KEPT = 512;

    private final long[] nanos = new long[KEPT];
    private long seen;

    synchronized void add(long took) {
        nanos[(int) (seen++ % KEPT)] = took;
    }

    /** For each of these shares the time within which so many of the calls ended, in nanoseconds; nothing without calls. */
    synchronized Map<Double, Long> quantiles(List<Double> shares) {
        long[] sorted = Arrays.copyOf(nanos, (int) Math.min(seen, KEPT));
        Arrays.sort(sorted);
        Map<Double, Long> quantiles = new LinkedHashMap<>();
        for (double share : sorted.length == 0 ? List.<Double>of() : shares) {
            quantiles.put(share, sorted[(int) Math.ceil(share * sorted.length) - 1]);
        }
        return quantiles;
    }
}
