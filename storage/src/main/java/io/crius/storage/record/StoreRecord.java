package io.crius.storage.record;

import io.crius.oci.json.JsonObject;
import io.crius.storage.owner.IdMappings;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

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

    /** How ids of files are shifted, where they are: {@code uidmap} and {@code gidmap}. */
    default Optional<IdMappings> owners() {
        return IdMapFields.read(json());
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException _) {
            return Instant.EPOCH;
        }
    }
}
