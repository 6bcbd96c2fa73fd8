package io.crius.storage.archive;

import io.crius.model.CriusException;

/**
 * What one layer may cost at most; a layer beyond it is refused while it is unpacked.
 *
 * @param maxBytes bytes of the uncompressed tar stream
 * @param maxEntries entries of the archive; each costs about 40 bytes of memory while the layer is unpacked
 */
public record UnpackLimits(long maxBytes, int maxEntries) {
    /** One tebibyte and two million entries. */
    public static final UnpackLimits GENEROUS = new UnpackLimits(1L << 40, 2_000_000);

    public UnpackLimits {
        if (maxBytes <= 0 || maxEntries <= 0) {
            throw new CriusException.InvalidArgument(
                    "unpack limits must be positive, not " + maxBytes + " bytes, " + maxEntries + " entries");
        }
    }
}
