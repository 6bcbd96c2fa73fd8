package io.crius.server.podmetrics;

import io.crius.cgroup.CgroupDetail;
import io.crius.cgroup.CgroupDetail.CpuTimes;
import io.crius.cgroup.CgroupDetail.MemoryDetail;
import io.crius.cgroup.MemoryUsage;
import io.crius.server.container.ContainerView;
import io.crius.server.state.LinuxResources;
import io.crius.server.stats.ContainerSample;
import io.crius.server.stats.MeasuredContainer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/** What metrics of a container follow from. {@code disk} is the file system of writable layers. */
record ContainerFacts(MeasuredContainer container, Disk disk) {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long MICROS_PER_SECOND = 1_000_000L;

    /** A file system; zeros where it is not known. */
    record Disk(long totalBytes, long totalInodes, long freeInodes) {}

    ContainerView view() {
        return container.view();
    }

    ContainerSample sample() {
        return container.sample();
    }

    CgroupDetail detail() {
        return container.sample().detail();
    }

    LinuxResources limits() {
        return container.view().resources();
    }

    OptionalLong cpu(ToLongFunction<CpuTimes> part) {
        return value(detail().cpu(), part);
    }

    OptionalLong memory(ToLongFunction<MemoryUsage> part) {
        return value(sample().usage().memory(), part);
    }

    OptionalLong memoryDetail(ToLongFunction<MemoryDetail> part) {
        return value(detail().memory(), part);
    }

    static <T> OptionalLong value(Optional<T> thing, ToLongFunction<T> part) {
        return thing.isEmpty() ? OptionalLong.empty() : OptionalLong.of(part.applyAsLong(thing.get()));
    }

    /** Compat: values are whole numbers on the wire, so seconds are cut. */
    static OptionalLong seconds(OptionalLong nanos) {
        return nanos.isEmpty() ? nanos : OptionalLong.of(nanos.getAsLong() / NANOS_PER_SECOND);
    }

    static long secondsOfMicros(long micros) {
        return micros / MICROS_PER_SECOND;
    }
}
