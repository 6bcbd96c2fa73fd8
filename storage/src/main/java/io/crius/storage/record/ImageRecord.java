package io.crius.storage.record;

import io.crius.oci.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * A record of {@code images.json}:
 *
 * <pre>{@code
 * {"id":"3f0c...","digest":"sha256:...","names":["reg/app:1"],"names-history":["reg/app:1"],"layer":"9b2a...",
 *  "metadata":"{}","big-data-names":["sha256:3f0c...","manifest-sha256:...","manifest"],
 *  "big-data-sizes":{"manifest":529},"big-data-digests":{"manifest":"sha256:..."},"created":"2026-11-01T00:00:00Z"}
 * }</pre>
 */
public record ImageRecord(JsonObject json) implements StoreRecord {
    private static final String NAMES = "names";
    private static final String HISTORY = "names-history";

    /** A record without names and data. */
    public static ImageRecord of(String id, String digest, Optional<String> layer, Instant created) {
        return new ImageRecord(JsonObject.builder()
                .put("id", id)
                .put("digest", digest)
                .put("layer", layer)
                .put("created", created.toString())
                .build());
    }

    public Optional<String> digest() {
        return json.string("digest");
    }

    /** Every name it ever had. */
    public List<String> namesHistory() {
        return json.strings(HISTORY);
    }

    public Optional<String> layer() {
        return json.string("layer").filter(id -> !id.isEmpty());
    }

    /** Copies of the top layer with other owners. */
    public List<String> mappedLayers() {
        return json.strings("mapped-layers");
    }

    public String metadata() {
        return json.string("metadata").orElse("");
    }

    public List<BigData> bigData() {
        return BigData.of(json);
    }

    public ImageRecord withMetadata(String metadata) {
        return new ImageRecord(json.toBuilder().put("metadata", metadata).build());
    }

    public ImageRecord withBigData(List<BigData> more) {
        return new ImageRecord(BigData.added(json, more));
    }

    /** The record with exactly these names. */
    public ImageRecord withNames(List<String> names) {
        var history = new ArrayList<>(namesHistory());
        // Compat: every naming moves each current name to the front, one after the other.
        for (String name : names) {
            history.remove(name);
            history.addFirst(name);
        }
        return new ImageRecord(json.toBuilder()
                .remove(NAMES)
                .strings(NAMES, names)
                .strings(HISTORY, history)
                .build());
    }

    /** The record with these names in front of those that it has. */
    public ImageRecord withNamesAdded(List<String> added) {
        var names = new LinkedHashSet<>(added);
        names.addAll(names());
        return withNames(List.copyOf(names));
    }

    public ImageRecord withoutName(String name) {
        return withNames(names().stream().filter(other -> !other.equals(name)).toList());
    }
}
