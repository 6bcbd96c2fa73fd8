package io.crius.oci.image;

import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonLimits;
import io.crius.oci.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The signatures in a schema 1 manifest, which its digest leaves out. They prove nothing and are not checked. Spec: JSON Web
 * Signatures in the form of Docker's libtrust.
 */
final class Schema1Signature {
    /** What was signed: that many bytes of the beginning of the manifest, and the tail. */
    private static final class Format {
        private final int length;
        private final byte[] tail;

        Format(int length, byte[] tail) {
            this.length = length;
            this.tail = tail;
        }

        static Format of(JsonObject signature) {
            JsonObject format =
                    Json.parseObject(decoded(signature.string("protected").orElse("")), "signature");
            long length = format.integer("formatLength").orElse(-1);
            if (length < 0 || length > Manifest.LARGEST) {
                throw new CriusException.InvalidArgument("signature: formatLength is " + length);
            }
            return new Format((int) length, decoded(format.string("formatTail").orElse("")));
        }

        private static byte[] decoded(String base64) {
            try {
                return Base64.getUrlDecoder().decode(base64);
            } catch (IllegalArgumentException e) {
                throw new CriusException.InvalidArgument("signature: " + e.getMessage(), e);
            }
        }

        boolean isSame(Format other) {
            return length == other.length && Arrays.equals(tail, other.tail);
        }
    }

    private Schema1Signature() {}

    /** What was signed; the manifest itself where it has no signatures. */
    static byte[] payload(byte[] manifest) {
        JsonObject json =
                Json.parseObject(manifest, "manifest", JsonLimits.DEFAULT.withDocumentBytes(Manifest.LARGEST));
        List<Format> formats = json.objects("signatures", Format::of);
        if (formats.isEmpty()) {
            return manifest;
        }
        Format format = formats.getFirst();
        if (!formats.stream().allMatch(format::isSame) || format.length > manifest.length) {
            throw new CriusException.InvalidArgument("the signatures of the manifest do not agree on what they sign");
        }
        var payload = new ByteArrayOutputStream(format.length + format.tail.length);
        payload.write(manifest, 0, format.length);
        payload.writeBytes(format.tail);
        return payload.toByteArray();
    }
}
