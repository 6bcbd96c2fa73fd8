package io.crius.cgroup;

import io.crius.cgroup.CgroupDetail.CpuTimes;
import io.crius.cgroup.CgroupDetail.DeviceIo;
import io.crius.cgroup.CgroupDetail.HugepageUsage;
import io.crius.cgroup.CgroupDetail.MemoryDetail;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A cgroup of the v1 hierarchies, measured. Controllers that are not mounted are left out. */
final class HierarchiesMeter implements CgroupMeter {
    private final Map<String, MeterFolder> controllers = new HashMap<>();
    private final Optional<MeterFolder> unified;

    HierarchiesMeter(MeterFiles files, CgroupLayout layout, CgroupPath path) {
        layout.controllers().forEach((name, root) -> controllers.put(name, new MeterFolder(files, path.in(root))));
        this.unified = layout.unified().map(root -> new MeterFolder(files, path.in(root)));
    }

    @Override
    public Optional<CgroupUsage> usage(byte[] buffer) {
        OptionalLong cpu = number("cpuacct", "cpuacct.usage", buffer);
        Optional<MemoryUsage> memory = memory(buffer);
        if (cpu.isEmpty() && memory.isEmpty() && controllers.values().stream().noneMatch(MeterFolder::exists)) {
            return Optional.empty();
        }
        return Optional.of(new CgroupUsage(cpu, memory, number("pids", "pids.current", buffer), pressure(buffer)));
    }

    /** Kernel: pressure is counted in v2 cgroups, which a hybrid node has as well. */
    private Pressure.All pressure(byte[] buffer) {
        return unified.map(folder -> new Pressure.All(
                        folder.pressure("cpu.pressure", buffer),
                        folder.pressure("memory.pressure", buffer),
                        folder.pressure("io.pressure", buffer)))
                .orElse(Pressure.All.NONE);
    }

    private Optional<MemoryUsage> memory(byte[] buffer) {
        OptionalLong used = number("memory", "memory.usage_in_bytes", buffer);
        String stat = text("memory", "memory.stat", buffer).orElse("");
        if (used.isEmpty() || stat.isEmpty()) {
            return Optional.empty();
        }
        OptionalLong limit = limit("memory.limit_in_bytes", buffer);
        return Optional.of(new MemoryUsage(
                used.getAsLong(),
                Math.max(0, used.getAsLong() - CgroupText.valueOr0(stat, "total_inactive_file")),
                CgroupText.valueOr0(stat, "total_rss"),
                CgroupText.valueOr0(stat, "total_pgfault"),
                CgroupText.valueOr0(stat, "total_pgmajfault"),
                limit,
                withoutMemory(number("memory", "memory.memsw.usage_in_bytes", buffer), used),
                withoutMemory(limit("memory.memsw.limit_in_bytes", buffer), limit)));
    }

    /** Kernel: v1 counts memory and swap together ("memsw"). */
    private static OptionalLong withoutMemory(OptionalLong both, OptionalLong memory) {
        return both.isEmpty() || memory.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, both.getAsLong() - memory.getAsLong()));
    }

    @Override
    public CgroupDetail detail(Set<Part> parts, byte[] buffer) {
        return new CgroupDetail(
                parts.contains(Part.CPU) ? cpuTimes(buffer) : Optional.empty(),
                parts.contains(Part.MEMORY) ? memoryDetail(buffer) : Optional.empty(),
                parts.contains(Part.DEVICES) ? devices(buffer) : List.of(),
                parts.contains(Part.HUGEPAGES) ? hugepages(buffer) : List.of(),
                parts.contains(Part.OOM) ? oomKills(buffer) : OptionalLong.empty(),
                parts.contains(Part.PIDS)
                        ? text("pids", "pids.max", buffer)
                                .map(CgroupText::limit)
                                .orElse(OptionalLong.empty())
                        : OptionalLong.empty());
    }

    private Optional<CpuTimes> cpuTimes(byte[] buffer) {
        OptionalLong user = number("cpuacct", "cpuacct.usage_user", buffer);
        OptionalLong system = number("cpuacct", "cpuacct.usage_sys", buffer);
        if (user.isEmpty() || system.isEmpty()) {
            return Optional.empty();
        }
        String stat = text("cpu", "cpu.stat", buffer).orElse("");
        return Optional.of(new CpuTimes(
                user.getAsLong(),
                system.getAsLong(),
                CgroupText.valueOr0(stat, "nr_periods"),
                CgroupText.valueOr0(stat, "nr_throttled"),
                CgroupText.valueOr0(stat, "throttled_time")));
    }

    private Optional<MemoryDetail> memoryDetail(byte[] buffer) {
        String stat = text("memory", "memory.stat", buffer).orElse("");
        if (stat.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new MemoryDetail(
                CgroupText.valueOr0(stat, "total_cache"),
                number("memory", "memory.kmem.usage_in_bytes", buffer).orElse(0),
                CgroupText.valueOr0(stat, "total_mapped_file"),
                number("memory", "memory.max_usage_in_bytes", buffer).orElse(0),
                number("memory", "memory.failcnt", buffer).orElse(0),
                CgroupText.valueOr0(stat, "pgfault"),
                CgroupText.valueOr0(stat, "pgmajfault")));
    }

    /** Kernel: the files that end in _recursive count what is below as well; before 4.x they were not there. */
    private List<DeviceIo> devices(byte[] buffer) {
        return DeviceLines.hierarchies(
                text("blkio", "blkio.throttle.io_service_bytes_recursive", buffer)
                        .orElse(""),
                text("blkio", "blkio.throttle.io_serviced_recursive", buffer).orElse(""));
    }

    private List<HugepageUsage> hugepages(byte[] buffer) {
        MeterFolder folder = controllers.get("hugetlb");
        if (folder == null) {
            return List.of();
        }
        return HugepageSizes.in(folder.folder(), ".usage_in_bytes").stream()
                .map(size -> new HugepageUsage(
                        size,
                        folder.number("hugetlb." + size + ".usage_in_bytes", buffer)
                                .orElse(0),
                        folder.number("hugetlb." + size + ".max_usage_in_bytes", buffer)
                                .orElse(0)))
                .toList();
    }

    private OptionalLong oomKills(byte[] buffer) {
        return text("memory", "memory.oom_control", buffer)
                .map(text -> CgroupText.value(text, "oom_kill"))
                .orElse(OptionalLong.empty());
    }

    private Optional<String> text(String controller, String file, byte[] buffer) {
        MeterFolder folder = controllers.get(controller);
        return folder == null ? Optional.empty() : folder.text(file, buffer);
    }

    private OptionalLong number(String controller, String file, byte[] buffer) {
        MeterFolder folder = controllers.get(controller);
        return folder == null ? OptionalLong.empty() : folder.number(file, buffer);
    }

    private OptionalLong limit(String file, byte[] buffer) {
        MeterFolder folder = controllers.get("memory");
        return folder == null ? OptionalLong.empty() : folder.limit(file, buffer);
    }

    @Override
    public void close() {
        controllers.values().forEach(MeterFolder::close);
        unified.ifPresent(MeterFolder::close);
    }
}
