package io.crius.image.trust.sigstore;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;

/** Plain signatures by public keys. */
final class KeySignature {
    private KeySignature() {}

    /** Compat: over SHA-256, whatever the size of the key; ECDSA in ASN.1, RSA by PKCS #1 v1.5, and Ed25519. */
    static boolean isBy(PublicKey key, byte[] text, byte[] signature) {
        String algorithm = switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> "Ed25519";
        };
        try {
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(key);
            verifier.update(text);
            return verifier.verify(signature);
        } catch (GeneralSecurityException _) {
            // Malformed, or by another kind of key: not by this one.
            return false;
        }
    }
}
