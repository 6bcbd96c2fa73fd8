package io.crius.server.stats;

import io.crius.cgroup.CgroupDetail;
import io.crius.cgroup.CgroupUsage;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a container used at one moment.
 *
 * @param nanoCores CPU time per second since the sample before, in nanoseconds; empty for the first sample
 * @param detail empty of what no configured metric needs
 * @param layer what the container wrote, as counted last; empty before it was counted
 */
public record ContainerSample(
        Instant at,
        CgroupUsage usage,
        OptionalLong nanoCores,
        CgroupDetail detail,
        Optional<ProcessCounts> processes,
        Optional<LayerSize> layer) {}
