package io.crius.image.trust.signature;

import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonLimits;
import io.crius.oci.json.JsonObject;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the signer says: this name leads to the manifest with this digest.
 *
 * <p>Compat: {@code {"critical":{"type":"atomic container signature","image":{"docker-manifest-digest":"sha256:..."},
 * "identity":{"docker-reference":"quay.io/team/app:1"}},"optional":{"creator":"...","timestamp":1700000000}}}; in sigstore's
 * signatures the type is {@code cosign container image signature} and {@code optional} may be missing or null. Unknown keys
 * are refused except in {@code optional}: whoever signs may have meant them as a condition.
 *
 * @param reference as it was signed, not normalised
 */
public record SignedClaim(String reference, Digest manifest) {
    private static final JsonLimits LIMITS = JsonLimits.DEFAULT
            .withDocumentBytes(ImageSignature.LARGEST)
            .withDepth(32)
            .withDuplicateKeys(JsonLimits.DuplicateKeys.REFUSED);

    /** What kind of signature the claim is in. */
    public enum Kind {
        SIMPLE("atomic container signature"),
        SIGSTORE("cosign container image signature");

        private final String type;

        Kind(String type) {
            this.type = type;
        }
    }

    /** Reads the signed text. */
    public static SignedClaim parse(byte[] payload, Kind kind) throws RejectedException {
        try {
            return read(Json.parseObject(payload, "signed text", LIMITS), kind);
        } catch (CriusException.InvalidArgument e) {
            throw new RejectedException("the signed text is not a claim about an image: " + e.getMessage(), e);
        }
    }

    private static SignedClaim read(JsonObject claim, Kind kind) {
        JsonObject critical = claim.requireObject("critical", "signed text");
        // The type first: other fields mean nothing under another type.
        String type = critical.requireString("type", "critical");
        if (!type.equals(kind.type)) {
            throw new CriusException.InvalidArgument(
                    "critical: type is \"" + type + "\" and not \"" + kind.type + "\"");
        }
        only(claim, "signed text", "critical", "optional");
        only(critical, "critical", "type", "image", "identity");
        JsonObject image = critical.requireObject("image", "critical");
        only(image, "image", "docker-manifest-digest");
        JsonObject identity = critical.requireObject("identity", "critical");
        only(identity, "identity", "docker-reference");
        checkOptional(claim, kind);
        return new SignedClaim(
                identity.requireString("docker-reference", "identity"),
                Digest.parse(image.requireString("docker-manifest-digest", "image")));
    }

    private static void checkOptional(JsonObject claim, Kind kind) {
        if (kind == Kind.SIMPLE) {
            JsonObject optional = claim.requireObject("optional", "signed text");
            optional.string("creator");
            optional.number("timestamp");
        }
    }

    private static void only(JsonObject object, String what, String... keys) {
        var unknown = new TreeSet<>(object.fields().keySet());
        unknown.removeAll(Set.of(keys));
        if (!unknown.isEmpty()) {
            throw new CriusException.InvalidArgument(what + ": unknown key \"" + unknown.first() + "\"");
        }
    }
}
