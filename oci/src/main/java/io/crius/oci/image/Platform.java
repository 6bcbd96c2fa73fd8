package io.crius.oci.image;

import io.crius.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * What an image runs on, in Go's names.
 *
 * @param variant of the architecture, as "v7"; empty if there is none
 */
public record Platform(String os, String architecture, String variant) {
    private static final List<String> ARM_VARIANTS = List.of("v8", "v7", "v6", "v5");
    private static final List<String> ARM64_VARIANTS = List.of("v8");

    static Platform fromJson(JsonObject json) {
        return new Platform(
                json.string("os").orElse(""),
                json.string("architecture").orElse(""),
                json.string("variant").orElse(""));
    }

    /**
     * The platforms whose images run on this one, best first.
     *
     * <p>Compat: a variant counts only for arm and arm64; an amd64 entry of variant v2 is not chosen on amd64.
     */
    public List<Platform> runnable() {
        List<String> variants = new ArrayList<>();
        List<String> known = knownVariants();
        if (variant.isEmpty()) {
            variants.add("");
            variants.addAll(known);
        } else {
            variants.add(variant);
            variants.addAll(known.subList(known.indexOf(variant) + 1, known.size()));
            variants.add("");
        }
        return variants.stream().map(one -> new Platform(os, architecture, one)).toList();
    }

    private List<String> knownVariants() {
        return switch (architecture) {
            case "arm" -> ARM_VARIANTS;
            case "arm64" -> ARM64_VARIANTS;
            default -> List.of();
        };
    }

    /** As {@code linux/arm/v7}. */
    @Override
    public String toString() {
        return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }
}
