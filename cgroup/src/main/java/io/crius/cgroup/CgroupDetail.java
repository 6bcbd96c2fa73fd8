package io.crius.cgroup;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * More of what a cgroup and all below it use and used since it was made.
 *
 * @param oomKills processes that the kernel killed because memory was used up
 * @param pidsLimit empty if there is none
 */
public record CgroupDetail(
        Optional<CpuTimes> cpu,
        Optional<MemoryDetail> memory,
        List<DeviceIo> devices,
        List<HugepageUsage> hugepages,
        OptionalLong oomKills,
        OptionalLong pidsLimit) {
    public static final CgroupDetail NONE = new CgroupDetail(
            Optional.empty(), Optional.empty(), List.of(), List.of(), OptionalLong.empty(), OptionalLong.empty());

    public CgroupDetail {
        devices = List.copyOf(devices);
        hugepages = List.copyOf(hugepages);
    }

    /**
     * CPU time in nanoseconds.
     *
     * @param periods of the quota that had something to do
     * @param throttledPeriods those in which the quota was used up
     */
    public record CpuTimes(
            long userNanos, long systemNanos, long periods, long throttledPeriods, long throttledNanos) {}

    /**
     * Memory in bytes.
     *
     * @param peak the highest usage; 0 where the kernel does not tell
     * @param limitHits how often the limit was reached
     * @param faults of the cgroup itself, without those below
     */
    public record MemoryDetail(
            long cache, long kernel, long mappedFile, long peak, long limitHits, long faults, long majorFaults) {}

    /** What was transferred from and to a block device, in bytes and operations. */
    public record DeviceIo(int major, int minor, long readBytes, long writtenBytes, long reads, long writes) {}

    /**
     * Huge pages of one size in bytes.
     *
     * @param pageSize in the kernel's spelling, for example {@code 2MB}
     * @param peak 0 where the kernel does not tell
     */
    public record HugepageUsage(String pageSize, long used, long peak) {}
}
