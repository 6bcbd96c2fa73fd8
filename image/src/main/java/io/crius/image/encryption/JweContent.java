package io.crius.image.encryption;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The encrypted content of a JWE. Spec: RFC 7518, section 5. Immutable; the bytes are shared, not copied. */
final class JweContent {
    private static final int GCM_NONCE = 12;
    private static final int GCM_TAG = 16;

    private final byte[] additional;
    private final byte[] vector;
    private final byte[] encrypted;
    private final byte[] tag;

    /** @param additional what the tag covers beside the content */
    JweContent(byte[] additional, byte[] vector, byte[] encrypted, byte[] tag) {
        this.additional = additional;
        this.vector = vector;
        this.encrypted = encrypted;
        this.tag = tag;
    }

    /** The content, which is what was encrypted with that key, or this fails. */
    byte[] decrypt(String algorithm, byte[] key) throws GeneralSecurityException {
        return switch (algorithm) {
            case "A128GCM" -> gcm(16, key);
            case "A192GCM" -> gcm(24, key);
            case "A256GCM" -> gcm(32, key);
            case "A128CBC-HS256" -> cbc("HmacSHA256", 32, key);
            case "A192CBC-HS384" -> cbc("HmacSHA384", 48, key);
            case "A256CBC-HS512" -> cbc("HmacSHA512", 64, key);
            default -> throw new NoSuchAlgorithmException("\"enc\" is \"" + algorithm + "\"");
        };
    }

    private static void mustHave(int wanted, byte[] bytes, String what) throws GeneralSecurityException {
        if (bytes.length != wanted) {
            throw new GeneralSecurityException(what + " has " + bytes.length + " bytes, not " + wanted);
        }
    }

    private byte[] gcm(int keyBytes, byte[] key) throws GeneralSecurityException {
        mustHave(keyBytes, key, "the key");
        mustHave(GCM_NONCE, vector, "\"iv\"");
        mustHave(GCM_TAG, tag, "\"tag\"");
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(GCM_TAG * Byte.SIZE, vector));
        cipher.updateAAD(additional);
        byte[] whole = Arrays.copyOf(encrypted, encrypted.length + tag.length);
        System.arraycopy(tag, 0, whole, encrypted.length, tag.length);
        return cipher.doFinal(whole);
    }

    /** The first half of the key is for the tag, which is looked at before anything is decrypted. */
    private byte[] cbc(String hash, int keyBytes, byte[] key) throws GeneralSecurityException {
        mustHave(keyBytes, key, "the key");
        int half = keyBytes / 2;
        Mac mac = Mac.getInstance(hash);
        mac.init(new SecretKeySpec(key, 0, half, hash));
        mac.update(additional);
        mac.update(vector);
        mac.update(encrypted);
        mac.update(ByteBuffer.allocate(Long.BYTES)
                .putLong((long) additional.length * Byte.SIZE)
                .array());
        if (!MessageDigest.isEqual(Arrays.copyOf(mac.doFinal(), half), tag)) {
            throw new AEADBadTagException("the tag does not fit");
        }
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, half, half, "AES"), new IvParameterSpec(vector));
        return cipher.doFinal(encrypted);
    }
}
