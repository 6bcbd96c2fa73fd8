package io.crius.storage;

import io.crius.model.Digest;
import io.crius.model.LayerId;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Names of layers. Compat: containers/storage names a base layer by its diff id and any other by sha256 of
 * {@code <parent id>+<diff id's hex>}, which differs from the chain id of the OCI image-spec.
 */
final class LayerIds {
    private LayerIds() {}

    static LayerId of(Optional<LayerId> parent, Digest diffId) {
        return parent.map(id -> new LayerId(chain(id, diffId).hex())).orElseGet(() -> new LayerId(diffId.hex()));
    }

    private static Digest chain(LayerId parent, Digest diffId) {
        return Digest.sha256Of((parent.value() + "+" + diffId.hex()).getBytes(StandardCharsets.US_ASCII));
    }
}
