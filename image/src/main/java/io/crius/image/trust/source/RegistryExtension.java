package io.crius.image.trust.source;

import io.crius.image.trust.signature.ImageSignature;
import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * What registries with {@code X-Registry-Supports-Signatures} answer: {@code {"signatures":[{"schemaVersion":2,"name":"...",
 * "type":"atomic","content":"<base64>"}]}}. Items of another version or type are passed over.
 */
final class RegistryExtension {
    private RegistryExtension() {}

    static List<ImageSignature> parse(byte[] json) {
        List<ImageSignature> found = new ArrayList<>();
        for (JsonObject item :
                Json.parseObject(json, "answer of the signature extension").objects("signatures")) {
            if (item.integer32("schemaVersion").orElse(0) == 2
                    && item.string("type").orElse("").equals("atomic")) {
                found.add(ImageSignature.of(content(item)));
            }
            if (found.size() > ImageSignature.MOST) {
                throw new CriusException.InvalidArgument("more than " + ImageSignature.MOST + " signatures");
            }
        }
        return found;
    }

    private static byte[] content(JsonObject item) {
        try {
            return Base64.getDecoder().decode(item.requireString("content", "signature"));
        } catch (IllegalArgumentException e) {
            throw new CriusException.InvalidArgument("content of a signature is not base64", e);
        }
    }
}
