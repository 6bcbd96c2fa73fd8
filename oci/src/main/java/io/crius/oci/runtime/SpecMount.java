package io.crius.oci.runtime;

import io.crius.oci.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * A mount in the container, in fstab's terms.
 *
 * @param type for binds "bind"
 */
public record SpecMount(
        String destination,
        Optional<String> type,
        Optional<String> source,
        List<String> options,
        List<IdMapping> uidMappings,
        List<IdMapping> gidMappings) {
    public SpecMount {
        options = List.copyOf(options);
        uidMappings = List.copyOf(uidMappings);
        gidMappings = List.copyOf(gidMappings);
    }

    /** A mount of a filesystem type; the source is for people who read /proc/mounts. */
    public static SpecMount of(String destination, String type, String source, List<String> options) {
        return new SpecMount(destination, Optional.of(type), Optional.of(source), options, List.of(), List.of());
    }

    /** A bind mount; {@code options} must say "bind" or "rbind". */
    public static SpecMount bind(String source, String destination, List<String> options) {
        return of(destination, "bind", source, options);
    }

    public SpecMount withOptions(List<String> newOptions) {
        return new SpecMount(destination, type, source, newOptions, uidMappings, gidMappings);
    }

    public SpecMount withMappings(List<IdMapping> uids, List<IdMapping> gids) {
        return new SpecMount(destination, type, source, options, uids, gids);
    }

    static SpecMount fromJson(JsonObject json) {
        return new SpecMount(
                json.requireString("destination", "mount"),
                json.string("type"),
                json.string("source"),
                json.strings("options"),
                json.objects("uidMappings", IdMapping::fromJson),
                json.objects("gidMappings", IdMapping::fromJson));
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("destination", destination)
                .put("type", type)
                .put("source", source)
                .strings("options", options)
                .list("uidMappings", uidMappings, IdMapping::toJson)
                .list("gidMappings", gidMappings, IdMapping::toJson)
                .build();
    }
}
