package io.crius.runtime.exit;

import io.crius.model.ContainerId;
import java.time.Instant;
import java.util.OptionalInt;

/**
 * How and when a container ended.
 *
 * @param exitCode 0 to 255, 128 + signal where a signal ended it; empty when nobody who waited for it could tell
 * @param finishedAt the time of the exit file. Kernel: it may lie up to a clock tick (4 ms) before a start time that was read
 *     from the clock, so callers take the later of both
 */
public record ContainerExit(ContainerId id, OptionalInt exitCode, Instant finishedAt, Memory memory) {
    /** Whether the kernel killed a process of the container for want of memory. */
    public enum Memory {
        SUFFICED,
        OUT_OF_MEMORY
    }
}
