package io.crius.storage.record;

import io.crius.oci.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;

/** One record of a file: a typed view of its JSON, which keeps every key that it does not know. Immutable. */
public interface StoreRecord {
    JsonObject json();

    default String id() {
        return json().requireString("id", "record");
    }

    /** Names by which it can be found; each belongs to one record of its kind. */
    default List<String> names() {
        return json().strings("names");
    }

    /** When it was made; the epoch where nothing readable is recorded. */
    default Instant created() {
        return json().string("created").map(StoreRecord::instant).orElse(Instant.EPOCH);
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException _) {
            return Instant.EPOCH;
        }
    }
}
