package io.crius.oci.runtime;

import io.crius.oci.json.JsonObject;

/** {@code size} ids from {@code containerId} on, in a user namespace, are those from {@code hostId} on outside. */
public record IdMapping(long containerId, long hostId, long size) {
    static IdMapping fromJson(JsonObject json) {
        return new IdMapping(
                json.requireInteger("containerID", "id mapping"),
                json.requireInteger("hostID", "id mapping"),
                json.requireInteger("size", "id mapping"));
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("containerID", containerId)
                .put("hostID", hostId)
                .put("size", size)
                .build();
    }
}
