package io.crius.server.state;

import java.util.List;
import java.util.Map;

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
}
