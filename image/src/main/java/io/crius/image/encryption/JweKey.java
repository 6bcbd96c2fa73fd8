package io.crius.image.encryption;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.crius.oci.json.JsonObject;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/** How a JWE gives its content's key to a recipient. Spec: RFC 7518, section 4. Compat: those that ocicrypt accepts. */
final class JweKey {
    private JweKey() {}

    /** The key of the content; fails where the private key is another one, and where the algorithm is not known. */
    static byte[] unwrap(JsonObject header, byte[] encrypted, PrivateKey key) throws GeneralSecurityException {
        String algorithm = header.string("alg").orElse("");
        return switch (algorithm) {
            case "RSA-OAEP" -> oaep("SHA-1", MGF1ParameterSpec.SHA1, encrypted, key);
            case "RSA-OAEP-256" -> oaep("SHA-256", MGF1ParameterSpec.SHA256, encrypted, key);
            case "ECDH-ES+A128KW" -> ecdh(header, 128, encrypted, key);
            case "ECDH-ES+A192KW" -> ecdh(header, 192, encrypted, key);
            case "ECDH-ES+A256KW" -> ecdh(header, 256, encrypted, key);
            default -> throw new NoSuchAlgorithmException("\"alg\" is \"" + algorithm + "\"");
        };
    }

    private static byte[] oaep(String hash, MGF1ParameterSpec mask, byte[] encrypted, PrivateKey key)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
        cipher.init(Cipher.DECRYPT_MODE, key, new OAEPParameterSpec(hash, "MGF1", mask, PSource.PSpecified.DEFAULT));
        return cipher.doFinal(encrypted);
    }

    private static byte[] ecdh(JsonObject header, int bits, byte[] encrypted, PrivateKey key)
            throws GeneralSecurityException {
        Optional<JsonObject> ephemeral = header.object("epk");
        if (ephemeral.isEmpty()) {
            throw new GeneralSecurityException("\"epk\" is missing");
        }
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(key);
        // Safety: the JDK refuses a point that is not on the curve of the key.
        agreement.doPhase(Jwk.publicEcKey(ephemeral.get()), true);
        byte[] wrapping = derived(agreement.generateSecret(), header, bits);
        Cipher cipher = Cipher.getInstance("AESWrap");
        cipher.init(Cipher.UNWRAP_MODE, new SecretKeySpec(wrapping, "AES"));
        return cipher.unwrap(encrypted, "AES", Cipher.SECRET_KEY).getEncoded();
    }

    /** Spec: RFC 7518, 4.6.2: Concat KDF with SHA-256, which gives enough in one round. */
    private static byte[] derived(byte[] secret, JsonObject header, int bits) throws NoSuchAlgorithmException {
        MessageDigest hash = MessageDigest.getInstance("SHA-256");
        hash.update(number(1));
        hash.update(secret);
        updateWithLength(hash, header.string("alg").orElse("").getBytes(US_ASCII));
        updateWithLength(
                hash, Base64.getUrlDecoder().decode(header.string("apu").orElse("")));
        updateWithLength(
                hash, Base64.getUrlDecoder().decode(header.string("apv").orElse("")));
        hash.update(number(bits));
        return Arrays.copyOf(hash.digest(), bits / 8);
    }

    private static void updateWithLength(MessageDigest hash, byte[] bytes) {
        hash.update(number(bytes.length));
        hash.update(bytes);
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }
}
