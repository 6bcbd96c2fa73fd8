package io.crius.oci.runtime;

import io.crius.oci.json.JsonObject;
import java.util.Optional;

/** A namespace to join, when there is a path to it, or to make. */
public record LinuxNamespace(NamespaceType type, Optional<String> path) {
    /** A new one. */
    public static LinuxNamespace fresh(NamespaceType type) {
        return new LinuxNamespace(type, Optional.empty());
    }

    /** An existing one. */
    public static LinuxNamespace at(NamespaceType type, String path) {
        return new LinuxNamespace(type, Optional.of(path));
    }

    static LinuxNamespace fromJson(JsonObject json) {
        return new LinuxNamespace(
                NamespaceType.parse(json.requireString("type", "namespace")),
                json.string("path").filter(path -> !path.isEmpty()));
    }

    JsonObject toJson() {
        return JsonObject.builder().put("type", type.word()).put("path", path).build();
    }
}
