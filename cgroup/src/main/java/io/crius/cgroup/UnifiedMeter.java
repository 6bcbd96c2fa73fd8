package io.crius.cgroup;

import io.crius.cgroup.CgroupDetail.CpuTimes;
import io.crius.cgroup.CgroupDetail.DeviceIo;
import io.crius.cgroup.CgroupDetail.HugepageUsage;
import io.crius.cgroup.CgroupDetail.MemoryDetail;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A cgroup of the v2 tree, measured. */
final class UnifiedMeter implements CgroupMeter {
    private static final long NANOS_PER_MICRO = 1000;

    private final MeterFolder files;

    UnifiedMeter(MeterFiles files, Path folder) {
        this.files = new MeterFolder(files, folder);
    }

    @Override
    public Optional<CgroupUsage> usage(byte[] buffer) {
        Optional<String> cpu = files.text("cpu.stat", buffer);
        if (cpu.isEmpty() && !files.exists()) {
            return Optional.empty();
        }
        OptionalLong micros =
                cpu.map(stat -> CgroupText.value(stat, "usage_usec")).orElse(OptionalLong.empty());
        return Optional.of(new CgroupUsage(
                micros.isEmpty() ? micros : OptionalLong.of(micros.getAsLong() * NANOS_PER_MICRO),
                memory(buffer),
                files.number("pids.current", buffer),
                new Pressure.All(
                        files.pressure("cpu.pressure", buffer),
                        files.pressure("memory.pressure", buffer),
                        files.pressure("io.pressure", buffer))));
    }

    private Optional<MemoryUsage> memory(byte[] buffer) {
        OptionalLong used = files.number("memory.current", buffer);
        if (used.isEmpty()) {
            return Optional.empty();
        }
        String stat = files.text("memory.stat", buffer).orElse("");
        return Optional.of(new MemoryUsage(
                used.getAsLong(),
                Math.max(0, used.getAsLong() - CgroupText.valueOr0(stat, "inactive_file")),
                CgroupText.valueOr0(stat, "anon"),
                CgroupText.valueOr0(stat, "pgfault"),
                CgroupText.valueOr0(stat, "pgmajfault"),
                files.limit("memory.max", buffer),
                files.number("memory.swap.current", buffer),
                files.limit("memory.swap.max", buffer)));
    }

    @Override
    public CgroupDetail detail(Set<Part> parts, byte[] buffer) {
        return new CgroupDetail(
                parts.contains(Part.CPU) ? cpuTimes(buffer) : Optional.empty(),
                parts.contains(Part.MEMORY) ? memoryDetail(buffer) : Optional.empty(),
                parts.contains(Part.DEVICES) ? devices(buffer) : List.of(),
                parts.contains(Part.HUGEPAGES) ? hugepages(buffer) : List.of(),
                parts.contains(Part.OOM) ? events("oom_kill", buffer) : OptionalLong.empty(),
                parts.contains(Part.PIDS) ? files.limit("pids.max", buffer) : OptionalLong.empty());
    }

    private Optional<CpuTimes> cpuTimes(byte[] buffer) {
        return files.text("cpu.stat", buffer)
                .map(stat -> new CpuTimes(
                        CgroupText.valueOr0(stat, "user_usec") * NANOS_PER_MICRO,
                        CgroupText.valueOr0(stat, "system_usec") * NANOS_PER_MICRO,
                        CgroupText.valueOr0(stat, "nr_periods"),
                        CgroupText.valueOr0(stat, "nr_throttled"),
                        CgroupText.valueOr0(stat, "throttled_usec") * NANOS_PER_MICRO));
    }

    /** Kernel: faults of the cgroup alone are not told by v2. */
    private Optional<MemoryDetail> memoryDetail(byte[] buffer) {
        long hits = events("max", buffer).orElse(0);
        long peak = files.number("memory.peak", buffer).orElse(0);
        return files.text("memory.stat", buffer)
                .map(stat -> new MemoryDetail(
                        CgroupText.valueOr0(stat, "file"),
                        CgroupText.valueOr0(stat, "kernel"),
                        CgroupText.valueOr0(stat, "file_mapped"),
                        peak,
                        hits,
                        CgroupText.valueOr0(stat, "pgfault"),
                        CgroupText.valueOr0(stat, "pgmajfault")));
    }

    private OptionalLong events(String key, byte[] buffer) {
        return files.text("memory.events", buffer)
                .map(events -> CgroupText.value(events, key))
                .orElse(OptionalLong.empty());
    }

    private List<DeviceIo> devices(byte[] buffer) {
        return files.text("io.stat", buffer).map(DeviceLines::unified).orElse(List.of());
    }

    private List<HugepageUsage> hugepages(byte[] buffer) {
        return HugepageSizes.in(files.folder(), ".current").stream()
                .map(size -> new HugepageUsage(
                        size,
                        files.number("hugetlb." + size + ".current", buffer).orElse(0),
                        0))
                .toList();
    }

    @Override
    public void close() {
        files.close();
    }
}
