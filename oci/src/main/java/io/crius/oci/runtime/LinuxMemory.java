package io.crius.oci.runtime;

import io.crius.oci.json.JsonObject;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Memory limits in bytes; -1 is unlimited.
 *
 * @param swap memory and swap together
 */
public record LinuxMemory(OptionalLong limit, OptionalLong reservation, OptionalLong swap, JsonObject unknown) {
    public static final LinuxMemory NONE =
            new LinuxMemory(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), JsonObject.EMPTY);

    private static final Set<String> KEYS = Set.of("limit", "reservation", "swap");

    public LinuxMemory withLimit(long bytes) {
        return new LinuxMemory(OptionalLong.of(bytes), reservation, swap, unknown);
    }

    public LinuxMemory withReservation(long bytes) {
        return new LinuxMemory(limit, OptionalLong.of(bytes), swap, unknown);
    }

    public LinuxMemory withSwap(long bytes) {
        return new LinuxMemory(limit, reservation, OptionalLong.of(bytes), unknown);
    }

    static LinuxMemory fromJson(JsonObject json) {
        return new LinuxMemory(
                json.integer("limit"), json.integer("reservation"), json.integer("swap"), json.without(KEYS));
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("limit", limit)
                .put("reservation", reservation)
                .put("swap", swap)
                .putAll(unknown)
                .build();
    }
}
