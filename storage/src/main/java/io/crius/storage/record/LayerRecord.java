package io.crius.storage.record;

import io.crius.oci.json.JsonNumber;
import io.crius.oci.json.JsonObject;
import io.crius.storage.owner.IdMappings;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A record of {@code layers.json}:
 *
 * <pre>{@code
 * {"id":"c13b...","names":["v1-layer"],"parent":"4261...","created":"2026-11-23T12:51:23.790897255Z",
 *  "diff-digest":"sha256:...","diff-size":10240,"flags":{"incomplete":true}}
 * }</pre>
 */
public record LayerRecord(JsonObject json) implements StoreRecord {
    private static final String FLAGS = "flags";
    private static final String INCOMPLETE = "incomplete";

    /**
     * What is known of the content of a finished image layer.
     *
     * @param diffDigest of the uncompressed stream, with its length
     * @param blobDigest of the stream as it was received, with its length
     * @param compression number of its compression, 0 for none
     */
    public record Content(
            String diffDigest,
            long diffSize,
            String blobDigest,
            long blobSize,
            int compression,
            Collection<Long> uids,
            Collection<Long> gids) {}

    /** A record as it is written before the layer is. */
    public static LayerRecord incomplete(String id, List<String> names, Optional<String> parent, Instant created) {
        return new LayerRecord(JsonObject.builder()
                .put("id", id)
                .strings("names", names)
                .put("parent", parent)
                .put("created", created.toString())
                .put(FLAGS, JsonObject.builder().put(INCOMPLETE, true).build())
                .build());
    }

    public Optional<String> parent() {
        return json.string("parent").filter(id -> !id.isEmpty());
    }

    public Optional<String> diffDigest() {
        return json.string("diff-digest");
    }

    /** Empty also for the -1 of layers that were only pulled in part. */
    public OptionalLong diffSize() {
        return diffDigest().isPresent() ? sizeOrNone("diff-size") : OptionalLong.empty();
    }

    public Optional<String> blobDigest() {
        return json.string("compressed-diff-digest");
    }

    public OptionalLong blobSize() {
        return sizeOrNone("compressed-size");
    }

    /** Whether its writer never came to the end, or somebody began to delete it. */
    public boolean isIncomplete() {
        return json.object(FLAGS).map(flags -> flags.flag(INCOMPLETE)).orElse(false);
    }

    public LayerRecord asIncomplete() {
        JsonObject flags = json.object(FLAGS).orElse(JsonObject.EMPTY);
        return new LayerRecord(json.toBuilder()
                .put(FLAGS, flags.toBuilder().put(INCOMPLETE, true).build())
                .build());
    }

    public LayerRecord asComplete() {
        JsonObject flags = json.object(FLAGS).orElse(JsonObject.EMPTY).toBuilder()
                .remove(INCOMPLETE)
                .build();
        JsonObject.Builder builder = json.toBuilder().remove(FLAGS);
        return new LayerRecord((flags.fields().isEmpty() ? builder : builder.put(FLAGS, flags)).build());
    }

    public LayerRecord withContent(Content content) {
        JsonObject.Builder builder = json.toBuilder()
                .put("compressed-diff-digest", content.blobDigest())
                .put("compressed-size", content.blobSize())
                .put("diff-digest", content.diffDigest())
                .put("diff-size", content.diffSize());
        if (content.compression() != 0) {
            builder.put("compression", content.compression());
        }
        ids(builder, "uidset", content.uids());
        ids(builder, "gidset", content.gids());
        return new LayerRecord(builder.build());
    }

    /** The record of a layer whose files are shifted on disk. */
    public LayerRecord withOwners(Optional<IdMappings> owners) {
        return new LayerRecord(IdMapFields.write(json.toBuilder(), owners).build());
    }

    public LayerRecord withNames(List<String> names) {
        return new LayerRecord(
                json.toBuilder().remove("names").strings("names", names).build());
    }

    private static void ids(JsonObject.Builder builder, String key, Collection<Long> ids) {
        builder.list(key, List.copyOf(ids), JsonNumber::of);
    }

    private OptionalLong sizeOrNone(String key) {
        OptionalLong size = json.integer(key);
        return size.isPresent() && size.getAsLong() < 0 ? OptionalLong.empty() : size;
    }
}
