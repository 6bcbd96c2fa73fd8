package io.crius.storage;

import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.model.LayerId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An image of the store.
 *
 * @param digest of its top-level manifest
 * @param digests of all its manifests, that one first
 * @param names its current names, newest first; empty for an image that lost them all
 * @param namesHistory every name that it ever had
 * @param topLayer absent for an image without layers
 * @param metadata JSON text of whoever wrote the image; may be empty
 * @param data what is kept with it, in the order it was written
 */
public record StoredImage(
        ImageId id,
        Optional<Digest> digest,
        List<Digest> digests,
        List<String> names,
        List<String> namesHistory,
        Optional<LayerId> topLayer,
        String metadata,
        Instant created,
        List<DataItem> data) {
    /** A piece of data by key; {@link Store#imageData} has its bytes. */
    public record DataItem(String key, long size, Optional<Digest> digest) {}
}
