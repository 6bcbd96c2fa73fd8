package io.crius.server.cpu;

import io.crius.cgroup.CgroupPath;
import io.crius.cgroup.CpuSet;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What of the node is changed for one container, as its file has it:
 *
 * <pre>{@code
 * {"interrupts":"2-3","banned":"2-3","isolated":"2-5","cgroup":"/kubepods/pod1/crio-…",
 *  "originals":{"/sys/devices/system/cpu/cpu2/power/pm_qos_resume_latency_us":"0"}}
 * }</pre>
 *
 * @param silent CPUs that serve no interrupts
 * @param isolated CPUs that the scheduler leaves alone, in {@code cgroup}
 * @param originals what files had in them before
 */
record CpuRecord(SilentCpus silent, CpuSet isolated, CgroupPath cgroup, Map<Path, String> originals) {
    CpuRecord {
        originals = Map.copyOf(originals);
    }

    byte[] toBytes() {
        Map<String, String> files = new LinkedHashMap<>();
        originals.forEach((file, value) -> files.put(file.toString(), value));
        return Json.writeBytes(JsonObject.builder()
                .put("interrupts", silent.unmasked().toString())
                .put("banned", silent.banned().toString())
                .put("isolated", isolated.toString())
                .put("cgroup", cgroup.value())
                .put("originals", JsonObject.ofStrings(files))
                .build());
    }

    static CpuRecord parse(byte[] json, String origin) {
        JsonObject read = Json.parseObject(json, origin);
        Map<Path, String> originals = new LinkedHashMap<>();
        read.stringMap("originals").forEach((file, value) -> originals.put(Path.of(file), value));
        return new CpuRecord(
                new SilentCpus(cpus(read.string("interrupts")), cpus(read.string("banned"))),
                cpus(read.string("isolated")),
                new CgroupPath(read.requireString("cgroup", origin)),
                originals);
    }

    private static CpuSet cpus(Optional<String> list) {
        return list.map(CpuSet::parse).orElse(CpuSet.EMPTY);
    }
}
