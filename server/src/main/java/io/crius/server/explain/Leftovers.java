package io.crius.server.explain;

import io.crius.oci.json.Json;
import io.crius.oci.json.JsonArray;
import java.util.List;
import java.util.Optional;

/** All that is left of the past. Any thread may ask; nothing waits. */
public interface Leftovers {
    /** What the object with this whole id could not give back. */
    Optional<Arrears> arrears(String id);

    List<Leftover> all();

    /** For programs. */
    static String json(List<Leftover> leftovers) {
        return Json.write(JsonArray.of(leftovers, Leftover::toJson));
    }
}
