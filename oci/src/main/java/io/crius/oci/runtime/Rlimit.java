package io.crius.oci.runtime;

import io.crius.oci.json.JsonNumber;
import io.crius.oci.json.JsonObject;

/**
 * A resource limit.
 *
 * @param type as {@code RLIMIT_NOFILE}
 * @param soft the bits of a 64 bit unsigned number; {@link #UNLIMITED} is RLIM_INFINITY
 */
public record Rlimit(String type, long soft, long hard) {
    public static final long UNLIMITED = -1L;

    static Rlimit fromJson(JsonObject json) {
        return new Rlimit(
                json.requireString("type", "rlimit"),
                json.unsigned("soft").orElse(0),
                json.unsigned("hard").orElse(0));
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("type", type)
                .put("hard", JsonNumber.ofUnsigned(hard))
                .put("soft", JsonNumber.ofUnsigned(soft))
                .build();
    }
}
