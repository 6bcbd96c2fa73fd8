package io.crius.server.state;

import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.nio.file.Path;
import java.util.Optional;

/**
 * By what a daemon knows its own containers in a store that belongs to everybody: two fields of the metadata, which
 * CRI-O and podman do not read.
 *
 * @param journals where the daemon keeps its journals
 */
public record ContainerMark(Path journals, String cgroupParent) {
    private static final String JOURNALS = "crius-journals";
    private static final String CGROUP_PARENT = "crius-cgroup-parent";

    /** The mark in the metadata of a container of the store; empty where it is somebody else's. */
    public static Optional<ContainerMark> of(String metadata) {
        try {
            JsonObject json = Json.parseObject(metadata, "container metadata");
            return json.string(JOURNALS)
                    .map(journals -> new ContainerMark(
                            Path.of(journals), json.string(CGROUP_PARENT).orElse("")));
        } catch (CriusException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** Adds the mark. */
    public void write(JsonObject.Builder metadata) {
        metadata.put(JOURNALS, journals.toString()).put(CGROUP_PARENT, cgroupParent);
    }
}
