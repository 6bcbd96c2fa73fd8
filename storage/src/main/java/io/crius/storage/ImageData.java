package io.crius.storage;

import io.crius.model.Digest;

/**
 * One named piece of data kept with an image: its configuration, a manifest, its signatures.
 *
 * <p>The bytes are shared, not copied: neither side changes them.
 */
public final class ImageData {
    private final String key;
    private final Digest digest;
    private final byte[] content;

    /**
     * @param key the configuration's digest, {@code manifest}, {@code manifest-<digest>}, {@code signatures} or
     *     {@code signature-<hex>}
     * @param digest of the content; for a signed schema 1 manifest that of its unsigned form
     */
    public ImageData(String key, Digest digest, byte[] content) {
        this.key = key;
        this.digest = digest;
        this.content = content;
    }

    public String key() {
        return key;
    }

    public Digest digest() {
        return digest;
    }

    public byte[] content() {
        return content;
    }

    @Override
    public String toString() {
        return key + " (" + content.length + " bytes, " + digest + ")";
    }
}
