package io.crius.image.registries;

import io.crius.model.ImageReference;

/**
 * One place where an image may be fetched from.
 *
 * @param reference the image as it is called there
 */
public record Endpoint(ImageReference reference, Tls tls, Role role) {
    /** Whether it is the registry itself or a stand-in. */
    public enum Role {
        PRIMARY,
        MIRROR
    }
}
