package io.crius.storage;

import io.crius.model.Digest;
import io.crius.model.LayerId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Names of layers. Compat: containers/storage names a base layer by its diff id and any other by sha256 of
 * {@code <parent id>+<diff id's hex>}, which differs from the chain id of the OCI image-spec.
 */
final class LayerIds {
    private LayerIds() {}

    static LayerId of(Optional<LayerId> parent, Digest diffId) {
        return parent.map(id -> new LayerId(sha256(id.value() + "+" + diffId.hex())))
                .orElseGet(() -> new LayerId(diffId.hex()));
    }

    private static String sha256(String ascii) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(ascii.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
