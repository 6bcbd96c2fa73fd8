package io.crius.cgroup;

import java.util.Optional;
import java.util.Set;

/**
 * Measures one cgroup again and again.
 *
 * <p>Not thread-safe: whoever owns it measures and closes one after the other. No call waits for anything but the kernel, which
 * answers at once. Buffers may be shared by meters that are read by one thread; a few kilobytes are right.
 */
public interface CgroupMeter extends AutoCloseable {
    /** What the cgroup uses now; empty if it is not there (any more). */
    Optional<CgroupUsage> usage(byte[] buffer);

    /** The parts that are wanted; others are as if their controllers were not there. */
    CgroupDetail detail(Set<Part> parts, byte[] buffer);

    /** What {@link #detail} can tell; each costs the reading of files of its own. */
    enum Part {
        CPU,
        MEMORY,
        DEVICES,
        HUGEPAGES,
        OOM,
        PIDS
    }

    /** Closes files that were kept open. Idempotent. */
    @Override
    void close();
}
