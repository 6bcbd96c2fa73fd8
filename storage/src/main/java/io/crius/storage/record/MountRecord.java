package io.crius.storage.record;

import io.crius.oci.json.JsonObject;
import java.nio.file.Path;

/** A record of {@code mountpoints.json}, a mounted layer: {@code {"id":"c13b...","path":"/...","count":1}}. */
public record MountRecord(JsonObject json) implements StoreRecord {
    public static MountRecord of(String layer, Path path, long count) {
        return new MountRecord(JsonObject.builder()
                .put("id", layer)
                .put("path", path.toString())
                .put("count", count)
                .build());
    }

    public Path path() {
        return Path.of(json.string("path").orElse(""));
    }

    /** How many users the mount has. */
    public long count() {
        return json.integer("count").orElse(0);
    }
}
