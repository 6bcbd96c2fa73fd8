package io.crius.storage.record;

import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
import io.crius.oci.runtime.IdMapping;
import io.crius.storage.owner.IdMappings;
import java.util.List;
import java.util.Optional;

/**
 * How records of layers and containers say that ids are shifted:
 *
 * <pre>{@code
 * "uidmap":[{"container_id":0,"host_id":100000,"size":65536}],"gidmap":[{"container_id":0,"host_id":100000,"size":65536}]
 * }</pre>
 */
final class IdMapFields {
    private static final String USERS = "uidmap";
    private static final String GROUPS = "gidmap";

    private IdMapFields() {}

    static Optional<IdMappings> read(JsonObject record) {
        List<IdMapping> uids = mappings(record, USERS);
        List<IdMapping> gids = mappings(record, GROUPS);
        return uids.isEmpty() && gids.isEmpty() ? Optional.empty() : Optional.of(new IdMappings(uids, gids));
    }

    static JsonObject.Builder write(JsonObject.Builder record, Optional<IdMappings> owners) {
        return owners.map(shifted -> record.put(USERS, array(shifted.uids())).put(GROUPS, array(shifted.gids())))
                .orElse(record);
    }

    private static List<IdMapping> mappings(JsonObject record, String key) {
        return record.objects(key, IdMapFields::mapping);
    }

    private static IdMapping mapping(JsonObject json) {
        return new IdMapping(
                json.integer("container_id").orElse(0),
                json.integer("host_id").orElse(0),
                json.integer("size").orElse(0));
    }

    private static JsonArray array(List<IdMapping> mappings) {
        return JsonArray.of(
                mappings,
                mapping -> JsonObject.builder()
                        .put("container_id", mapping.containerId())
                        .put("host_id", mapping.hostId())
                        .put("size", mapping.size())
                        .build());
    }
}
