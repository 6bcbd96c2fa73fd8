package io.crius.server.state;

import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import io.crius.server.state.LinuxResources.HugepageLimit;

/**
 * Limits that were changed, as a journal record: {@code {"resources":{"cpuQuota":50000,…}}}. What is zero or empty is
 * left out, as it means "not said".
 */
final class ResourcesCodec {
    private static final String CONTEXT = "container journal";
    private static final String KEY = "resources";

    private ResourcesCodec() {}

    /** Whether a record of a container's journal is one of these and not a state. */
    static boolean isResources(String record) {
        return Json.parseObject(record, CONTEXT).has(KEY);
    }

    static String write(LinuxResources resources) {
        var json = JsonObject.builder();
        put(json, "cpuPeriod", resources.cpuPeriod());
        put(json, "cpuQuota", resources.cpuQuota());
        put(json, "cpuShares", resources.cpuShares());
        put(json, "memoryLimit", resources.memoryLimit());
        put(json, "memorySwapLimit", resources.memorySwapLimit());
        put(json, "oomScoreAdj", resources.oomScoreAdj());
        put(json, "cpusetCpus", resources.cpusetCpus());
        put(json, "cpusetMems", resources.cpusetMems());
        json.list("hugepages", resources.hugepages(), ResourcesCodec::write);
        json.stringMap("unified", resources.unified());
        return Json.write(JsonObject.builder().put(KEY, json.build()).build());
    }

    private static void put(JsonObject.Builder json, String key, long value) {
        if (value != 0) {
            json.put(key, value);
        }
    }

    private static void put(JsonObject.Builder json, String key, String value) {
        if (!value.isEmpty()) {
            json.put(key, value);
        }
    }

    private static JsonObject write(HugepageLimit limit) {
        return JsonObject.builder()
                .put("pageSize", limit.pageSize())
                .put("limit", limit.limit())
                .build();
    }

    static LinuxResources read(String record) {
        JsonObject json = Json.parseObject(record, CONTEXT).requireObject(KEY, CONTEXT);
        return new LinuxResources(
                json.integer("cpuPeriod").orElse(0),
                json.integer("cpuQuota").orElse(0),
                json.integer("cpuShares").orElse(0),
                json.integer("memoryLimit").orElse(0),
                json.integer("memorySwapLimit").orElse(0),
                json.integer("oomScoreAdj").orElse(0),
                json.string("cpusetCpus").orElse(""),
                json.string("cpusetMems").orElse(""),
                json.objects("hugepages", ResourcesCodec::hugepages),
                json.stringMap("unified"));
    }

    private static HugepageLimit hugepages(JsonObject json) {
        return new HugepageLimit(json.requireString("pageSize", CONTEXT), json.requireInteger("limit", CONTEXT));
    }
}
