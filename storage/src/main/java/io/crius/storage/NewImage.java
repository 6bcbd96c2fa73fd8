package io.crius.storage;

import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.model.LayerId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An image to be put into the store.
 *
 * @param digest of its top-level manifest
 * @param names full names, newest first: {@code host/repo:tag} or {@code host/repo@sha256:...}; may be empty
 * @param topLayer absent for an image without layers
 * @param metadata JSON text, {@code {}} at least
 * @param created when its configuration says it was made
 * @param data in the order in which readers expect the keys: configuration, manifests, signatures
 */
public record NewImage(
        ImageId id,
        Digest digest,
        List<String> names,
        Optional<LayerId> topLayer,
        String metadata,
        Instant created,
        List<ImageData> data) {
    public NewImage {
        names = List.copyOf(names);
        data = List.copyOf(data);
    }
}
