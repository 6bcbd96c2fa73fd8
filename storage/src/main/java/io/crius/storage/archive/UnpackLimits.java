package io.crius.storage.archive;

import io.crius.model.CriusException;

/**
 * What one layer may cost at most; a layer beyond it is refused while it is unpacked.
 *
 * @param maxBytes bytes of the uncompressed tar stream
 * @param maxEntries entries of the archive; each costs about 40 bytes of memory while the layer is unpacked
 * @param maxFolderMemory bytes of heap, about, for the folders that have entries in them and none of their own
 */
public record UnpackLimits(long maxBytes, int maxEntries, long maxFolderMemory) {
    /** One tebibyte, two million entries, some two hundred thousand folders without entries. */
    public static final UnpackLimits GENEROUS = new UnpackLimits(1L << 40, 2_000_000, 32 << 20);

    public UnpackLimits {
        if (maxBytes <= 0 || maxEntries <= 0 || maxFolderMemory <= 0) {
            throw new CriusException.InvalidArgument("unpack limits must be positive, not " + maxBytes + " bytes, "
                    + maxEntries + " entries, " + maxFolderMemory + " bytes for folders");
        }
    }
}
