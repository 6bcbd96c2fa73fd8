package io.crius.storage;

import io.crius.model.Digest;
import io.crius.model.LayerId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A finished layer of the store.
 *
 * @param diffId digest of the uncompressed tar stream; absent for container layers and locally built ones
 * @param diffSize length of that stream
 * @param blobDigest digest of the blob that it came in
 * @param blobSize length of that blob
 */
public record StoredLayer(
        LayerId id,
        Optional<LayerId> parent,
        List<String> names,
        Instant created,
        Optional<Digest> diffId,
        OptionalLong diffSize,
        Optional<Digest> blobDigest,
        OptionalLong blobSize) {}
