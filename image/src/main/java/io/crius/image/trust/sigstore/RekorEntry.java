package io.crius.image.trust.sigstore;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.crius.image.trust.signature.RejectedException;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonLimits;
import io.crius.oci.json.JsonObject;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * What a Rekor log promised when it recorded a signature.
 *
 * <p>Compat: the annotation is {@code {"SignedEntryTimestamp":"<base64>","Payload":{"body":"<base64>","integratedTime":1,
 * "logIndex":2,"logID":"<hex>"}}}. The log signs {@code Payload} as RFC 8785 writes it. Its body is {@code
 * {"apiVersion":"0.0.1","kind":"hashedrekord","spec":{"data":{"hash":{"algorithm":"sha256","value":"<hex>"}},
 * "signature":{"content":"<base64>","publicKey":{"content":"<base64 of PEM>"}}}}}.
 */
final class RekorEntry {
    private static final JsonLimits LIMITS = JsonLimits.DEFAULT
            .withDocumentBytes(4 << 20)
            .withDepth(16)
            .withDuplicateKeys(JsonLimits.DuplicateKeys.REFUSED);

    private final JsonObject payload;
    private final byte[] promise;

    private RekorEntry(JsonObject payload, byte[] promise) {
        this.payload = payload;
        this.promise = promise;
    }

    static RekorEntry parse(String bundle) throws RejectedException {
        try {
            JsonObject object = Json.parseObject(bundle.getBytes(UTF_8), "Rekor bundle", LIMITS);
            JsonObject payload = object.requireObject("Payload", "Rekor bundle");
            return new RekorEntry(payload, base64(object.requireString("SignedEntryTimestamp", "Rekor bundle")));
        } catch (CriusException.InvalidArgument e) {
            throw new RejectedException("its Rekor bundle: " + e.getMessage(), e);
        }
    }

    private static byte[] base64(String text) throws RejectedException {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new RejectedException("its Rekor bundle: a value is not base64", e);
        }
    }

    /**
     * When the log recorded that this signature over this payload was made by that key or certificate.
     *
     * @param der the public key or the certificate
     */
    Instant recorded(List<PublicKey> logs, byte[] signature, byte[] signedText, byte[] der) throws RejectedException {
        try {
            byte[] canonical = canonical();
            if (logs.stream().noneMatch(log -> KeySignature.isBy(log, canonical, promise))) {
                throw new RejectedException("its Rekor bundle is not signed by one of the policy's log keys");
            }
            checkBody(signature, signedText, der);
            return Instant.ofEpochSecond(time("integratedTime"));
        } catch (CriusException.InvalidArgument e) {
            throw new RejectedException("its Rekor bundle: " + e.getMessage(), e);
        }
    }

    /** Spec: RFC 8785; for these four keys that is: sorted, no spaces, whole numbers as they are. */
    private byte[] canonical() {
        return Json.writeBytes(JsonObject.builder()
                .put("body", payload.requireString("body", "Payload"))
                .put("integratedTime", time("integratedTime"))
                .put("logID", payload.requireString("logID", "Payload"))
                .put("logIndex", time("logIndex"))
                .build());
    }

    private long time(String key) {
        long value = payload.integer(key).orElseThrow(() -> new CriusException.InvalidArgument(key + " is missing"));
        // What RFC 8785 can write without loss, and any time that is one.
        if (value < 0 || value >= 1L << 53) {
            throw new CriusException.InvalidArgument(key + " is out of range");
        }
        return value;
    }

    private void checkBody(byte[] signature, byte[] signedText, byte[] der) throws RejectedException {
        JsonObject body = Json.parseObject(base64(payload.requireString("body", "Payload")), "body", LIMITS);
        String kind =
                body.string("kind").orElse("") + " " + body.string("apiVersion").orElse("");
        if (!kind.equals("hashedrekord 0.0.1")) {
            throw new RejectedException("its Rekor bundle is about \"" + kind + "\" and not hashedrekord 0.0.1");
        }
        JsonObject spec = body.requireObject("spec", "body");
        JsonObject signed = spec.requireObject("signature", "spec");
        JsonObject hash = spec.requireObject("data", "spec").requireObject("hash", "data");
        byte[] pem = base64(signed.requireObject("publicKey", "signature").requireString("content", "publicKey"));
        if (!isSame(pem, der)) {
            throw new RejectedException("its Rekor bundle is about another key or certificate");
        }
        if (!Arrays.equals(base64(signed.requireString("content", "signature")), signature)) {
            throw new RejectedException("its Rekor bundle is about another signature");
        }
        if (!hash.requireString("algorithm", "hash").equals("sha256")
                || !hash.requireString("value", "hash")
                        .equals(Digest.sha256Of(signedText).hex())) {
            throw new RejectedException("its Rekor bundle is about another text");
        }
    }

    private static boolean isSame(byte[] pem, byte[] der) throws RejectedException {
        List<byte[]> found = List.of();
        for (String kind : List.of("PUBLIC KEY", "CERTIFICATE")) {
            if (found.isEmpty()) {
                found = Pem.blocks(pem, kind);
            }
        }
        return found.size() == 1 && Arrays.equals(found.getFirst(), der);
    }
}
