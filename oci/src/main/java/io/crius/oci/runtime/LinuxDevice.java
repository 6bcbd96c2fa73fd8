package io.crius.oci.runtime;

import io.crius.oci.json.JsonObject;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A device node made in the container.
 *
 * @param type c, b, u or p (a fifo)
 * @param fileMode permission bits
 */
public record LinuxDevice(
        String path, String type, long major, long minor, OptionalInt fileMode, OptionalLong uid, OptionalLong gid) {
    static LinuxDevice fromJson(JsonObject json) {
        return new LinuxDevice(
                json.requireString("path", "device"),
                json.requireString("type", "device"),
                json.integer("major").orElse(0),
                json.integer("minor").orElse(0),
                json.integer32("fileMode"),
                json.integer("uid"),
                json.integer("gid"));
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("path", path)
                .put("type", type)
                .put("major", major)
                .put("minor", minor)
                .put("fileMode", fileMode)
                .put("uid", uid)
                .put("gid", gid)
                .build();
    }
}
