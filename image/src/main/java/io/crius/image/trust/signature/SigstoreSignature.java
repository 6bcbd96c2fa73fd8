package io.crius.image.trust.signature;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonLimits;
import io.crius.oci.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A payload whose signature and certificates are in annotations, as cosign attaches it to an image.
 *
 * <p>Compat: as bytes it is {@code \0sigstore-json\n} and
 * {@code {"mimeType":"...","payload":"<base64>","annotations":{"dev.cosignproject.cosign/signature":"..."}}}. The payload's
 * bytes are shared, not copied: nobody changes them.
 */
public final class SigstoreSignature implements ImageSignature {
    /** The type of payloads that are claims about images. */
    public static final String MIME_TYPE = "application/vnd.dev.cosign.simplesigning.v1+json";

    private static final byte[] PREFIX = "\0sigstore-json\n".getBytes(US_ASCII);
    private static final JsonLimits LIMITS = JsonLimits.DEFAULT
            .withDocumentBytes(2 * LARGEST)
            .withDepth(8)
            .withDuplicateKeys(JsonLimits.DuplicateKeys.REFUSED);

    private final String mimeType;
    private final byte[] payload;
    private final Map<String, String> annotations;

    public SigstoreSignature(String mimeType, byte[] payload, Map<String, String> annotations) {
        this.mimeType = mimeType;
        this.payload = payload;
        this.annotations = new TreeMap<>(annotations);
    }

    static SigstoreSignature parse(byte[] blob) {
        if (blob.length < PREFIX.length || !Arrays.equals(blob, 0, PREFIX.length, PREFIX, 0, PREFIX.length)) {
            throw new CriusException.InvalidArgument("a signature of unknown form; sigstore-json is known");
        }
        byte[] json = Arrays.copyOfRange(blob, PREFIX.length, blob.length);
        JsonObject object = Json.parseObject(json, "sigstore signature", LIMITS);
        byte[] payload = object.string("payload", SigstoreSignature::base64).orElse(new byte[0]);
        return new SigstoreSignature(object.string("mimeType").orElse(""), payload, object.stringMap("annotations"));
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new CriusException.InvalidArgument("is not base64", e);
        }
    }

    public String mimeType() {
        return mimeType;
    }

    public byte[] payload() {
        return payload;
    }

    public Optional<String> annotation(String key) {
        return Optional.ofNullable(annotations.get(key));
    }

    @Override
    public byte[] blob() {
        JsonObject object = JsonObject.builder()
                .put("mimeType", mimeType)
                .put("payload", Base64.getEncoder().encodeToString(payload))
                .put("annotations", JsonObject.ofStrings(annotations))
                .build();
        var out = new ByteArrayOutputStream();
        out.writeBytes(PREFIX);
        out.writeBytes(Json.writeBytes(object));
        return out.toByteArray();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SigstoreSignature that
                && mimeType.equals(that.mimeType)
                && Arrays.equals(payload, that.payload)
                && annotations.equals(that.annotations);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(payload) + annotations.hashCode();
    }

    @Override
    public String toString() {
        return "sigstore payload of " + payload.length + " bytes";
    }
}
