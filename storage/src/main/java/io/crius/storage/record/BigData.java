package io.crius.storage.record;

import io.crius.oci.json.JsonNumber;
import io.crius.oci.json.JsonObject;
import io.crius.oci.json.JsonString;
import io.crius.oci.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** What a record of an image or container says about the data kept beside it. */
public record BigData(String key, long size, Optional<String> digest) {
    private static final String NAMES = "big-data-names";
    private static final String SIZES = "big-data-sizes";
    private static final String DIGESTS = "big-data-digests";

    static List<BigData> of(JsonObject record) {
        JsonObject sizes = record.object(SIZES).orElse(JsonObject.EMPTY);
        JsonObject digests = record.object(DIGESTS).orElse(JsonObject.EMPTY);
        return record.strings(NAMES).stream()
                .map(key -> new BigData(key, sizes.integer(key).orElse(0), digests.string(key)))
                .toList();
    }

    /** The record with these data added; a key that was there gets the new size and digest and keeps its place. */
    static JsonObject added(JsonObject record, List<BigData> more) {
        var names = new ArrayList<>(record.strings(NAMES));
        var sizes = fields(record, SIZES);
        var digests = fields(record, DIGESTS);
        for (BigData data : more) {
            if (!names.contains(data.key)) {
                names.add(data.key);
            }
            sizes.put(data.key, JsonNumber.of(data.size));
            data.digest.ifPresent(digest -> digests.put(data.key, new JsonString(digest)));
        }
        return record.toBuilder()
                .strings(NAMES, names)
                .put(SIZES, JsonObject.of(sizes))
                .put(DIGESTS, JsonObject.of(digests))
                .build();
    }

    private static LinkedHashMap<String, JsonValue> fields(JsonObject record, String key) {
        return new LinkedHashMap<>(record.object(key).orElse(JsonObject.EMPTY).fields());
    }
}
