package io.crius.server.state;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Limits as the CRI gives them: zero and empty mean "not said". CPU period and quota in microseconds, memory in bytes.
 */
public record LinuxResources(
        long cpuPeriod,
        long cpuQuota,
        long cpuShares,
        long memoryLimit,
        long memorySwapLimit,
        long oomScoreAdj,
        String cpusetCpus,
        String cpusetMems,
        List<HugepageLimit> hugepages,
        Map<String, String> unified) {
    /** A limit for one huge page size, for example "2MB", in bytes. */
    public record HugepageLimit(String pageSize, long limit) {}

    public static final LinuxResources NONE = new LinuxResources(0, 0, 0, 0, 0, 0, "", "", List.of(), Map.of());

    public LinuxResources {
        hugepages = List.copyOf(hugepages);
        unified = Map.copyOf(unified);
    }

    /**
     * These limits with all that {@code changes} says in their place. Huge pages and unified values are told apart by
     * their names.
     */
    public LinuxResources with(LinuxResources changes) {
        return new LinuxResources(
                said(changes.cpuPeriod, cpuPeriod),
                said(changes.cpuQuota, cpuQuota),
                said(changes.cpuShares, cpuShares),
                said(changes.memoryLimit, memoryLimit),
                said(changes.memorySwapLimit, memorySwapLimit),
                said(changes.oomScoreAdj, oomScoreAdj),
                said(changes.cpusetCpus, cpusetCpus),
                said(changes.cpusetMems, cpusetMems),
                hugepagesWith(changes.hugepages),
                unifiedWith(changes.unified));
    }

    private static long said(long changed, long before) {
        return changed != 0 ? changed : before;
    }

    private static String said(String changed, String before) {
        return changed.isEmpty() ? before : changed;
    }

    private List<HugepageLimit> hugepagesWith(List<HugepageLimit> changes) {
        var all = new TreeMap<String, HugepageLimit>();
        hugepages.forEach(limit -> all.put(limit.pageSize(), limit));
        changes.forEach(limit -> all.put(limit.pageSize(), limit));
        return List.copyOf(all.values());
    }

    private Map<String, String> unifiedWith(Map<String, String> changes) {
        var all = new HashMap<>(unified);
        all.putAll(changes);
        return all;
    }

    public LinuxResources withMemorySwapLimit(long bytes) {
        return new LinuxResources(
                cpuPeriod,
                cpuQuota,
                cpuShares,
                memoryLimit,
                bytes,
                oomScoreAdj,
                cpusetCpus,
                cpusetMems,
                hugepages,
                unified);
    }
}
