package io.crius.oci.runtime;

import io.crius.oci.json.JsonObject;
import java.util.Optional;
import java.util.Set;

/** The class of cache and memory bandwidth, by the name of its resctrl group. */
public record IntelRdt(Optional<String> closId, JsonObject unknown) {
    public static IntelRdt ofClass(String closId) {
        return new IntelRdt(Optional.of(closId), JsonObject.EMPTY);
    }

    public static IntelRdt fromJson(JsonObject json) {
        return new IntelRdt(json.string("closID"), json.without(Set.of("closID")));
    }

    JsonObject toJson() {
        return JsonObject.builder().put("closID", closId).putAll(unknown).build();
    }
}
