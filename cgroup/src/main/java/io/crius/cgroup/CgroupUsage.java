package io.crius.cgroup;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a cgroup and all below it use. A part is empty if its controller is not there.
 *
 * @param cpuNanos CPU time since the cgroup was made, in nanoseconds
 * @param pids number of processes and threads
 */
public record CgroupUsage(
        OptionalLong cpuNanos, Optional<MemoryUsage> memory, OptionalLong pids, Pressure.All pressure) {
    /** Nothing, of no controller. */
    public static final CgroupUsage NONE =
            new CgroupUsage(OptionalLong.empty(), Optional.empty(), OptionalLong.empty(), Pressure.All.NONE);
}
