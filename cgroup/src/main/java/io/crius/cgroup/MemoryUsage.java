package io.crius.cgroup;

import java.util.OptionalLong;

/**
 * Memory in bytes.
 *
 * @param usage page cache included
 * @param workingSet what cannot be given back at once: the usage without inactive file pages
 * @param rss anonymous memory
 * @param limit empty if unlimited
 * @param swap empty if swap is not accounted
 * @param swapLimit of swap alone; empty if unlimited
 */
public record MemoryUsage(
        long usage,
        long workingSet,
        long rss,
        long pageFaults,
        long majorPageFaults,
        OptionalLong limit,
        OptionalLong swap,
        OptionalLong swapLimit) {
    /** What is left up to the limit; 0 without a limit. */
    public long available() {
        return limit.isEmpty() ? 0 : Math.max(0, limit.getAsLong() - workingSet);
    }

    /** What is left of swap; empty without a limit. */
    public OptionalLong swapAvailable() {
        return swap.isEmpty() || swapLimit.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, swapLimit.getAsLong() - swap.getAsLong()));
    }
}
