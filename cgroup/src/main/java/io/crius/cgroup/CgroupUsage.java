package io.crius.cgroup;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a cgroup and all below it use. A part is empty if its controller is not there.
 *
 * @param cpuNanos CPU time since the cgroup was made, in nanoseconds
 * @param pids number of processes and threads
 */
public record CgroupUsage(OptionalLong cpuNanos, Optional<MemoryUsage> memory, OptionalLong pids) {}
