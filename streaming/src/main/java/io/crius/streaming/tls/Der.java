package io.crius.streaming.tls;

import java.io.ByteArrayOutputStream;
import java.security.spec.InvalidKeySpecException;
import java.util.Arrays;

/** Puts keys of older forms into PKCS#8. Spec: RFC 5208; ITU-T X.690 for lengths. */
final class Der {
    static final int SEQUENCE = 0x30;
    static final int OCTET_STRING = 0x04;
    private static final byte[] VERSION_0 = {2, 1, 0};
    private static final byte[] RSA = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00
    };

    private Der() {}

    /** Of PKCS#1. */
    static byte[] rsaKey(byte[] pkcs1) {
        return element(SEQUENCE, VERSION_0, RSA, element(OCTET_STRING, pkcs1));
    }

    /** Of SEC 1; the curve is the certificate's. */
    static byte[] ecKey(byte[] sec1, byte[] publicKey) throws InvalidKeySpecException {
        return element(SEQUENCE, VERSION_0, algorithm(publicKey), element(OCTET_STRING, sec1));
    }

    /** The first element within a SubjectPublicKeyInfo; that of an elliptic curve is short. */
    private static byte[] algorithm(byte[] publicKey) throws InvalidKeySpecException {
        int from = (publicKey[1] & 0x80) == 0 ? 2 : 2 + (publicKey[1] & 0x7F);
        int length = publicKey[from + 1];
        if (publicKey[from] != SEQUENCE || length < 0) {
            throw new InvalidKeySpecException("a public key of unknown form");
        }
        return Arrays.copyOfRange(publicKey, from, from + 2 + length);
    }

    static byte[] element(int tag, byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        var whole = new ByteArrayOutputStream();
        whole.write(tag);
        length(whole, content.size());
        whole.writeBytes(content.toByteArray());
        return whole.toByteArray();
    }

    private static void length(ByteArrayOutputStream out, int length) {
        if (length < 0x80) {
            out.write(length);
        } else {
            int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
            out.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                out.write(length >>> (8 * i));
            }
        }
    }
}
