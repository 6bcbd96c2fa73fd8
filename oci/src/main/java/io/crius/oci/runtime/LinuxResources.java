package io.crius.oci.runtime;

import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Limits, of the cgroup controllers that exist on the node; the same JSON is what {@code update --resources} reads.
 *
 * @param pidsLimit -1 is unlimited
 * @param unified cgroup v2 file names and what is written to them
 */
public record LinuxResources(
        List<DeviceRule> devices,
        LinuxMemory memory,
        LinuxCpu cpu,
        OptionalLong pidsLimit,
        Optional<BlockIo> blockIo,
        List<HugepageLimit> hugepageLimits,
        Map<String, String> unified,
        JsonObject unknown) {
    public static final LinuxResources NONE = new LinuxResources(
            List.of(),
            LinuxMemory.NONE,
            LinuxCpu.NONE,
            OptionalLong.empty(),
            Optional.empty(),
            List.of(),
            Map.of(),
            JsonObject.EMPTY);

    private static final Set<String> KEYS =
            Set.of("devices", "memory", "cpu", "pids", "blockIO", "hugepageLimits", "unified");

    public LinuxResources {
        devices = List.copyOf(devices);
        hugepageLimits = List.copyOf(hugepageLimits);
        unified = SortedCopy.of(unified);
    }

    public LinuxResources withDevices(List<DeviceRule> rules) {
        return new LinuxResources(rules, memory, cpu, pidsLimit, blockIo, hugepageLimits, unified, unknown);
    }

    public LinuxResources withMemory(LinuxMemory limits) {
        return new LinuxResources(devices, limits, cpu, pidsLimit, blockIo, hugepageLimits, unified, unknown);
    }

    public LinuxResources withCpu(LinuxCpu limits) {
        return new LinuxResources(devices, memory, limits, pidsLimit, blockIo, hugepageLimits, unified, unknown);
    }

    public LinuxResources withPidsLimit(long limit) {
        return new LinuxResources(
                devices, memory, cpu, OptionalLong.of(limit), blockIo, hugepageLimits, unified, unknown);
    }

    public LinuxResources withBlockIo(BlockIo limits) {
        return new LinuxResources(
                devices, memory, cpu, pidsLimit, Optional.of(limits), hugepageLimits, unified, unknown);
    }

    public LinuxResources withHugepageLimits(List<HugepageLimit> limits) {
        return new LinuxResources(devices, memory, cpu, pidsLimit, blockIo, limits, unified, unknown);
    }

    public LinuxResources withUnified(Map<String, String> files) {
        return new LinuxResources(devices, memory, cpu, pidsLimit, blockIo, hugepageLimits, files, unknown);
    }

    static LinuxResources fromJson(JsonObject json) {
        return new LinuxResources(
                json.objects("devices", DeviceRule::fromJson),
                json.object("memory", LinuxMemory::fromJson).orElse(LinuxMemory.NONE),
                json.object("cpu", LinuxCpu::fromJson).orElse(LinuxCpu.NONE),
                json.object("pids", pids -> pids.integer("limit")).orElse(OptionalLong.empty()),
                json.object("blockIO", BlockIo::fromJson),
                json.objects("hugepageLimits", HugepageLimit::fromJson),
                json.stringMap("unified"),
                json.without(KEYS));
    }

    public JsonObject toJson() {
        return JsonObject.builder()
                .list("devices", devices, DeviceRule::toJson)
                .object("memory", memory.toJson())
                .object("cpu", cpu.toJson())
                .object("pids", JsonObject.builder().put("limit", pidsLimit).build())
                .put("blockIO", blockIo, BlockIo::toJson)
                .list("hugepageLimits", hugepageLimits, HugepageLimit::toJson)
                .stringMap("unified", unified)
                .putAll(unknown)
                .build();
    }

    /** The document of {@code update --resources}. */
    public byte[] toBytes() {
        return Json.writeBytes(toJson());
    }
}
