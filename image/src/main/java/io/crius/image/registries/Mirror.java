package io.crius.image.registries;

import io.crius.model.ImageReference;

/**
 * Another place that has the images of a registry.
 *
 * @param location replaces the matched prefix
 */
public record Mirror(String location, Tls tls, Use use) {
    /** Which references are looked up here: {@code pull-from-mirror}. */
    public enum Use {
        ALL("all"),
        DIGEST_ONLY("digest-only"),
        TAG_ONLY("tag-only");

        private final String word;

        Use(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    boolean serves(ImageReference reference) {
        return switch (use) {
            case ALL -> true;
            case DIGEST_ONLY -> reference.digest().isPresent();
            case TAG_ONLY -> reference.digest().isEmpty();
        };
    }
}
