package io.crius.server.stats;

import io.crius.cgroup.CgroupUsage;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a pod used at one moment.
 *
 * @param nanoCores CPU time per second since the sample before, in nanoseconds; empty for the first sample
 * @param network empty on the host's network
 */
public record PodSample(Instant at, CgroupUsage usage, OptionalLong nanoCores, Optional<NetworkSample> network) {}
