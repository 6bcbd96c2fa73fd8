package io.crius.image.encryption;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonLimits;
import io.crius.oci.json.JsonObject;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * An encrypted message of JOSE: general or flattened JSON, or compact. Spec: RFC 7516. Immutable.
 *
 * <p>Headers may stand in three places; where one is in several of them the protected one counts, as in go-jose.
 */
final class JweMessage {
    private static final int MOST_RECIPIENTS = 64;
    private static final int LARGEST_TEXT = 64 << 10;

    /** Safety: two readers must not see two meanings. */
    private static final JsonLimits LIMITS = new JsonLimits(1 << 20, 10, JsonLimits.DuplicateKeys.REFUSED);

    private static final class Recipient {
        final JsonObject header;
        final byte[] encryptedKey;

        Recipient(JsonObject header, byte[] encryptedKey) {
            this.header = header;
            this.encryptedKey = encryptedKey;
        }
    }

    private final List<Recipient> recipients;
    private final JweContent content;

    private JweMessage(List<Recipient> recipients, JweContent content) {
        this.recipients = List.copyOf(recipients);
        this.content = content;
    }

    /**
     * Takes the message apart.
     *
     * @throws CriusException.InvalidArgument it is none
     */
    static JweMessage parse(byte[] message) {
        String text = new String(message, ISO_8859_1).strip();
        return text.startsWith("{") ? ofJson(Json.parseObject(message, "JWE", LIMITS)) : ofJson(expanded(text));
    }

    /** The compact form as the flattened one. */
    private static JsonObject expanded(String compact) {
        String[] parts = compact.split("\\.", -1);
        if (parts.length != 5) {
            throw new CriusException.InvalidArgument("JWE: neither JSON nor five parts with dots between them");
        }
        return JsonObject.builder()
                .put("protected", parts[0])
                .put("encrypted_key", parts[1])
                .put("iv", parts[2])
                .put("ciphertext", parts[3])
                .put("tag", parts[4])
                .build();
    }

    private static JweMessage ofJson(JsonObject json) {
        String covered = json.string("protected").orElse("");
        JsonObject sealed = covered.isEmpty()
                ? JsonObject.EMPTY
                : Json.parseObject(decoded(covered, "protected"), "JWE: protected", LIMITS);
        JsonObject open = json.object("unprotected").orElse(JsonObject.EMPTY);
        List<JsonObject> listed = json.has("recipients") ? json.objects("recipients") : List.of(json);
        if (listed.size() > MOST_RECIPIENTS) {
            throw new CriusException.InvalidArgument("JWE: more than " + MOST_RECIPIENTS + " recipients");
        }
        List<Recipient> recipients = new ArrayList<>();
        for (JsonObject one : listed) {
            JsonObject header = merged(one.object("header").orElse(JsonObject.EMPTY), open, sealed);
            recipients.add(new Recipient(header, bytes(one, "encrypted_key")));
        }
        String more = json.string("aad").map(aad -> "." + aad).orElse("");
        byte[] additional = (covered + more).getBytes(US_ASCII);
        return new JweMessage(
                recipients,
                new JweContent(additional, bytes(json, "iv"), bytes(json, "ciphertext"), bytes(json, "tag")));
    }

    /** The later ones count. Spec: RFC 7516, 4.1.13: who does not know what is critical must not go on. */
    private static JsonObject merged(JsonObject... headers) {
        var all = JsonObject.builder();
        for (JsonObject header : headers) {
            header.fields().forEach(all::put);
        }
        JsonObject merged = all.build();
        if (merged.has("crit")) {
            throw new CriusException.InvalidArgument("JWE: the critical headers are not known here");
        }
        return merged;
    }

    private static byte[] bytes(JsonObject json, String key) {
        return decoded(json.string(key).orElse(""), key);
    }

    private static byte[] decoded(String text, String key) {
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new CriusException.InvalidArgument("JWE: " + key + ": " + e.getMessage(), e);
        }
    }

    /** How often a private key has to be used to find out whether it opens the message. */
    int recipients() {
        return recipients.size();
    }

    /** What was encrypted; empty where the key does not open the message, or an algorithm is not known. */
    Optional<byte[]> open(PrivateKey key) {
        for (Recipient recipient : recipients) {
            try {
                return Optional.of(open(recipient, key));
            } catch (GeneralSecurityException | DataFormatException | RuntimeException _) {
                // Another key, or another recipient. Providers throw what they like when they are given what fits
                // badly.
            }
        }
        return Optional.empty();
    }

    private byte[] open(Recipient recipient, PrivateKey key) throws GeneralSecurityException, DataFormatException {
        JsonObject header = recipient.header;
        byte[] contentKey = JweKey.unwrap(header, recipient.encryptedKey, key);
        byte[] text = content.decrypt(header.string("enc").orElse(""), contentKey);
        String packed = header.string("zip").orElse("");
        return switch (packed) {
            case "" -> text;
            case "DEF" -> inflated(text);
            default -> throw new DataFormatException("\"zip\" is \"" + packed + "\"");
        };
    }

    private static byte[] inflated(byte[] packed) throws DataFormatException {
        try (var inflater = new Inflater(true)) {
            inflater.setInput(packed);
            byte[] text = new byte[LARGEST_TEXT];
            int length = inflater.inflate(text);
            if (!inflater.finished()) {
                throw new DataFormatException("cut off, or larger than " + LARGEST_TEXT + " bytes");
            }
            return Arrays.copyOf(text, length);
        }
    }
}
