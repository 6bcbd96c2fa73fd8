package io.crius.storage.record;

import io.crius.oci.json.JsonObject;
import io.crius.storage.owner.IdMappings;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A record of {@code containers.json}:
 *
 * <pre>{@code
 * {"id":"77aa...","names":["k8s_app_..."],"image":"3f0c...","layer":"c13b...","metadata":"{...}",
 *  "created":"2026-11-23T12:51:23Z","flags":{"MountLabel":"","ProcessLabel":""}}
 * }</pre>
 */
public record ContainerRecord(JsonObject json) implements StoreRecord {
    private static final String MOUNT_LABEL = "MountLabel";

    /** A record without SELinux labels and without data. */
    public static ContainerRecord of(String id, List<String> names, Links links, String metadata, Instant created) {
        return new ContainerRecord(JsonObject.builder()
                .put("id", id)
                .strings("names", names)
                .put("image", links.image().orElse(""))
                .put("layer", links.layer())
                .put("metadata", metadata)
                .put("created", created.toString())
                .put(
                        "flags",
                        JsonObject.builder()
                                .put(MOUNT_LABEL, "")
                                .put("ProcessLabel", "")
                                .build())
                .build());
    }

    /** What a container stands on: its image, where it has one, and its own layer. */
    public record Links(Optional<String> image, String layer) {}

    public Optional<String> image() {
        return json.string("image").filter(id -> !id.isEmpty());
    }

    public Optional<String> layer() {
        return json.string("layer").filter(id -> !id.isEmpty());
    }

    public String metadata() {
        return json.string("metadata").orElse("");
    }

    /** The record of a container that wants its files shifted. */
    public ContainerRecord withOwners(Optional<IdMappings> owners) {
        return new ContainerRecord(IdMapFields.write(json.toBuilder(), owners).build());
    }

    /** The record of a container all files of whose root bear one label of SELinux; the empty text is none. */
    public ContainerRecord withMountLabel(String label) {
        JsonObject flags = json.object("flags").orElse(JsonObject.EMPTY);
        return new ContainerRecord(json.toBuilder()
                .put("flags", flags.toBuilder().put(MOUNT_LABEL, label).build())
                .build());
    }

    /** The label of SELinux of its root; empty for none. */
    public String mountLabel() {
        return json.object("flags").flatMap(flags -> flags.string(MOUNT_LABEL)).orElse("");
    }

    public ContainerRecord withMetadata(String metadata) {
        return new ContainerRecord(json.toBuilder().put("metadata", metadata).build());
    }
}
