package io.crius.image.encryption;

import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonLimits;
import io.crius.oci.json.JsonObject;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What one layer is encrypted with, and the code that its ciphertext has to have. Immutable. Two are equal only if they decrypt
 * the same blob.
 *
 * <p>Spec: ocicrypt, "blockcipher": AES_256_CTR_HMAC_SHA256, with the same key for both.
 */
public final class LayerKey {
    private static final String CIPHER = "AES_256_CTR_HMAC_SHA256";
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 16;
    private static final int CODE_BYTES = 32;
    private static final JsonLimits LIMITS = new JsonLimits(64 << 10, 5, JsonLimits.DuplicateKeys.REFUSED);

    private final byte[] key;
    private final byte[] nonce;
    private final byte[] code;

    private LayerKey(byte[] key, byte[] nonce, byte[] code) {
        this.key = key;
        this.nonce = nonce;
        this.code = code;
    }

    /**
     * Reads what was unwrapped and what is public.
     *
     * <p>Compat: the digest in the secret part is not looked at, by nobody: tools put in the digest of what they were given,
     * which is another one where they compressed the layer as well. The code covers every byte, and the image's configuration
     * says what the content is.
     *
     * @throws CriusException.InvalidArgument something is missing, or another cipher is meant; quotes nothing secret
     */
    static LayerKey parse(byte[] secret, byte[] open) {
        JsonObject shown = Json.parseObject(open, "org.opencontainers.image.enc.pubopts", LIMITS);
        String cipher = shown.string("cipher").orElse("");
        if (!cipher.equals(CIPHER)) {
            throw new CriusException.InvalidArgument("cipher \"" + cipher + "\" is not known; only " + CIPHER + " is");
        }
        JsonObject hidden = hidden(secret);
        JsonObject options = shown.object("cipheroptions").orElse(JsonObject.EMPTY);
        JsonObject more = hidden.object("cipheroptions").orElse(JsonObject.EMPTY);
        return new LayerKey(
                bytes(hidden, "symkey", KEY_BYTES),
                bytes(options.has("nonce") ? options : more, "nonce", NONCE_BYTES),
                bytes(shown, "hmac", CODE_BYTES));
    }

    private static JsonObject hidden(byte[] secret) {
        try {
            JsonObject hidden = Json.parseObject(secret, "key", LIMITS);
            // Shapes are checked here, where no message gets out.
            hidden.string("symkey");
            hidden.object("cipheroptions").ifPresent(options -> options.string("nonce"));
            return hidden;
        } catch (CriusException.InvalidArgument _) {
            throw new CriusException.InvalidArgument("what is wrapped for the key is no key of a layer");
        }
    }

    private static byte[] bytes(JsonObject json, String name, int length) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(json.string(name).orElse(""));
        } catch (IllegalArgumentException _) {
            throw new CriusException.InvalidArgument("\"" + name + "\" is not base64");
        }
        if (bytes.length != length) {
            throw new CriusException.InvalidArgument("\"" + name + "\" has " + bytes.length + " bytes, not " + length);
        }
        return bytes;
    }

    /**
     * The blob as it was before it was encrypted, decrypted while it is read. Only at its end, which has to be read, is it
     * known to be genuine.
     *
     * @param blob stays open
     */
    public DecryptedBlob decrypt(InputStream blob) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(nonce));
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return new DecryptedBlob(blob, cipher, mac, code);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES and HMAC", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LayerKey same
                && MessageDigest.isEqual(key, same.key)
                && Arrays.equals(nonce, same.nonce)
                && Arrays.equals(code, same.code);
    }

    /** Of what is public. */
    @Override
    public int hashCode() {
        return Arrays.hashCode(code);
    }

    @Override
    public String toString() {
        return "key of a layer";
    }
}
