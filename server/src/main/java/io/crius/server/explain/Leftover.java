package io.crius.server.explain;

import io.crius.oci.json.JsonNumber;
import io.crius.oci.json.JsonObject;

/**
 * Something of the past that could not be given back yet, or that the daemon does not touch.
 *
 * @param id of the pod or container; empty where it is of many
 * @param what for people
 * @param problem why it is still there
 * @param attempts to give it back; 0 where nobody tries
 */
public record Leftover(Kind kind, String id, String what, String problem, int attempts) {
    /** Why it is left. */
    public enum Kind {
        /** It could not be given back and is tried again. */
        OWED,
        /** Its journal cannot be understood; it may be alive and is left alone. */
        QUARANTINED,
        /** It bears our names and no journal knows it; it could not be swept away yet, or lives. */
        ORPHAN;

        /** As metrics have it. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("kind", kind.word())
                .put("id", id)
                .put("what", what)
                .put("problem", problem)
                .put("attempts", JsonNumber.of(attempts))
                .build();
    }
}
