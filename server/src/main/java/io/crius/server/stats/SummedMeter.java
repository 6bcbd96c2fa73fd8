package io.crius.server.stats;

import io.crius.cgroup.CgroupDetail;
import io.crius.cgroup.CgroupMeter;
import io.crius.cgroup.CgroupUsage;
import io.crius.cgroup.MemoryUsage;
import io.crius.cgroup.Pressure;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** What several cgroups use together. Pressure cannot be summed up and is left out; of limits nothing is said. */
final class SummedMeter implements CgroupMeter {
    private final Supplier<List<CgroupUsage>> parts;

    SummedMeter(Supplier<List<CgroupUsage>> parts) {
        this.parts = parts;
    }

    @Override
    public Optional<CgroupUsage> usage(byte[] buffer) {
        List<CgroupUsage> all = parts.get();
        return Optional.of(new CgroupUsage(
                sum(all, CgroupUsage::cpuNanos), memory(all), sum(all, CgroupUsage::pids), Pressure.All.NONE));
    }

    private static Optional<MemoryUsage> memory(List<CgroupUsage> all) {
        List<MemoryUsage> memory =
                all.stream().map(CgroupUsage::memory).flatMap(Optional::stream).toList();
        return memory.isEmpty()
                ? Optional.empty()
                : Optional.of(new MemoryUsage(
                        total(memory, MemoryUsage::usage),
                        total(memory, MemoryUsage::workingSet),
                        total(memory, MemoryUsage::rss),
                        total(memory, MemoryUsage::pageFaults),
                        total(memory, MemoryUsage::majorPageFaults),
                        OptionalLong.empty(),
                        sum(memory, MemoryUsage::swap),
                        OptionalLong.empty()));
    }

    private static <T> long total(List<T> all, ToLongFunction<T> part) {
        return all.stream().mapToLong(part).sum();
    }

    private static <T> OptionalLong sum(List<T> all, Function<T, OptionalLong> part) {
        List<OptionalLong> known =
                all.stream().map(part).filter(OptionalLong::isPresent).toList();
        return known.isEmpty() ? OptionalLong.empty() : OptionalLong.of(total(known, OptionalLong::getAsLong));
    }

    @Override
    public CgroupDetail detail(Set<Part> wanted, byte[] buffer) {
        return CgroupDetail.NONE;
    }

    @Override
    public void close() {}
}
