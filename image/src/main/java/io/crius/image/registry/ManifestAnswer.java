package io.crius.image.registry;

import io.crius.model.Digest;
import io.crius.oci.image.Manifest;

/** A manifest as the registry sent it. The bytes are shared, not copied: nobody changes them. */
public final class ManifestAnswer {
    private final byte[] bytes;
    private final Digest digest;
    private final Manifest manifest;

    ManifestAnswer(byte[] bytes, Digest digest, Manifest manifest) {
        this.bytes = bytes;
        this.digest = digest;
        this.manifest = manifest;
    }

    public byte[] bytes() {
        return bytes;
    }

    /** Computed, and equal to the one that was asked for where one was. */
    public Digest digest() {
        return digest;
    }

    public Manifest manifest() {
        return manifest;
    }
}
