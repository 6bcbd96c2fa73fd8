package io.crius.oci.runtime;

import io.crius.oci.json.JsonNumber;
import io.crius.oci.json.JsonObject;

/**
 * A limit for one size of huge pages.
 *
 * @param pageSize as "2MB"
 * @param limitBytes the bits of a 64 bit unsigned number
 */
public record HugepageLimit(String pageSize, long limitBytes) {
    static HugepageLimit fromJson(JsonObject json) {
        return new HugepageLimit(
                json.requireString("pageSize", "hugepage limit"),
                json.unsigned("limit").orElse(0));
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("pageSize", pageSize)
                .put("limit", JsonNumber.ofUnsigned(limitBytes))
                .build();
    }
}
