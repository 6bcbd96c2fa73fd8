package io.crius.oci.runtime;

import io.crius.oci.json.JsonObject;

/** The root filesystem. */
public record Root(String path, Access access) {
    static Root fromJson(JsonObject json) {
        return new Root(
                json.requireString("path", "root"), json.flag("readonly") ? Access.READ_ONLY : Access.READ_WRITE);
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("path", path)
                .flag("readonly", access == Access.READ_ONLY)
                .build();
    }
}
