package io.crius.image.registry;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Private keys in PEM: PKCS #8, and the older forms of RSA (PKCS #1) and EC (SEC 1) keys, which are wrapped into PKCS #8
 * because the JDK reads nothing else. Such keys are also read without PEM around them.
 */
public final class PemKey {
    private static final byte[] VERSION = {0x02, 0x01, 0x00};
    private static final byte[] RSA_ALGORITHM = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00
    };
    private static final byte[] EC_OID = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01};

    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int EC_PARAMETERS = 0xa0;

    private PemKey() {}

    /** The first private key of the text. No message quotes any of it. */
    public static PrivateKey parse(String pem) throws GeneralSecurityException {
        for (String kind : List.of("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY")) {
            String begin = "-----BEGIN " + kind + "-----";
            int start = pem.indexOf(begin);
            int end = pem.indexOf("-----END " + kind + "-----");
            if (start >= 0 && end > start) {
                return decode(kind, pem.substring(start + begin.length(), end));
            }
        }
        throw new InvalidKeyException("no unencrypted private key in PEM (PKCS #8, RSA or EC)");
    }

    /** The private key that these bytes are, in any of the forms. No message quotes any of it. */
    public static PrivateKey parseDer(byte[] der) throws GeneralSecurityException {
        for (String kind : List.of("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY")) {
            try {
                return decode(kind, der);
            } catch (GeneralSecurityException _) {
                // Another form, then.
            }
        }
        throw new InvalidKeyException("the private key is neither PKCS #8, RSA nor EC");
    }

    private static PrivateKey decode(String kind, String base64) throws GeneralSecurityException {
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException _) {
            throw new InvalidKeyException("the private key is not base64");
        }
        return decode(kind, der);
    }

    private static PrivateKey decode(String kind, byte[] der) throws GeneralSecurityException {
        byte[] pkcs8 = switch (kind) {
            case "RSA PRIVATE KEY" -> wrap(RSA_ALGORITHM, der);
            case "EC PRIVATE KEY" -> wrap(element(SEQUENCE, EC_OID, curve(der)), der);
            default -> der;
        };
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException _) {
                // Another algorithm, then.
            }
        }
        throw new InvalidKeyException("the private key is neither RSA, EC nor EdDSA");
    }

    /** Spec: RFC 5208, PrivateKeyInfo. */
    private static byte[] wrap(byte[] algorithm, byte[] key) {
        return element(SEQUENCE, VERSION, algorithm, element(OCTETS, key));
    }

    /** Spec: RFC 5915: the curve is inside, as element [0]. */
    private static byte[] curve(byte[] sec1) throws InvalidKeyException {
        int at = contentStart(sec1, 0);
        while (at < sec1.length) {
            int content = contentStart(sec1, at);
            int length = contentLength(sec1, at);
            if ((sec1[at] & 0xff) == EC_PARAMETERS && content + length <= sec1.length) {
                return Arrays.copyOfRange(sec1, content, content + length);
            }
            at = content + length;
        }
        throw new InvalidKeyException("the EC private key does not name its curve");
    }

    private static int contentStart(byte[] der, int at) throws InvalidKeyException {
        int first = lengthByte(der, at);
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private static int contentLength(byte[] der, int at) throws InvalidKeyException {
        int first = lengthByte(der, at);
        if (first < 0x80) {
            return first;
        }
        int count = first & 0x7f;
        if (count > 2 || at + 2 + count > der.length) {
            throw new InvalidKeyException("the EC private key is damaged");
        }
        int length = 0;
        for (int i = 0; i < count; i++) {
            length = (length << 8) | (der[at + 2 + i] & 0xff);
        }
        return length;
    }

    private static int lengthByte(byte[] der, int at) throws InvalidKeyException {
        if (at + 1 >= der.length) {
            throw new InvalidKeyException("the EC private key is cut off");
        }
        return der[at + 1] & 0xff;
    }

    private static byte[] element(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        var out = new ByteArrayOutputStream();
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
