package io.crius.image.trust.sigstore;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.crius.image.trust.policy.KeyMaterial;
import io.crius.image.trust.signature.RejectedException;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Public keys and certificates in PEM. */
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]*+)-----END \\1-----");

    private Pem() {}

    /** All public keys of all files; one that has none is refused. */
    static List<PublicKey> keys(List<KeyMaterial> files) throws RejectedException {
        List<PublicKey> keys = new ArrayList<>();
        for (KeyMaterial file : files) {
            List<byte[]> blocks = blocks(file.content(), "PUBLIC KEY");
            if (blocks.isEmpty()) {
                throw new RejectedException(file + " has no PEM block PUBLIC KEY");
            }
            for (byte[] block : blocks) {
                keys.add(key(block, file.name()));
            }
        }
        return keys;
    }

    static PublicKey key(byte[] der, String name) throws RejectedException {
        for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
            } catch (InvalidKeySpecException _) {
                // Another algorithm, then.
            } catch (GeneralSecurityException e) {
                throw new RejectedException(name + ": " + e.getMessage(), e);
            }
        }
        throw new RejectedException(name + ": neither an ECDSA nor an RSA nor an Ed25519 public key");
    }

    /** All certificates of all files; one that has none is refused. */
    static List<X509Certificate> certificates(List<KeyMaterial> files) throws RejectedException {
        List<X509Certificate> found = new ArrayList<>();
        for (KeyMaterial file : files) {
            List<X509Certificate> own = certificates(file.content(), file.name());
            if (own.isEmpty()) {
                throw new RejectedException(file + " has no PEM block CERTIFICATE");
            }
            found.addAll(own);
        }
        return found;
    }

    static List<X509Certificate> certificates(byte[] pem, String name) throws RejectedException {
        List<X509Certificate> found = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (byte[] block : blocks(pem, "CERTIFICATE")) {
                found.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block)));
            }
        } catch (CertificateException e) {
            throw new RejectedException(name + ": " + e.getMessage(), e);
        }
        return found;
    }

    /** The content of the blocks of one kind. */
    static List<byte[]> blocks(byte[] pem, String kind) throws RejectedException {
        List<byte[]> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(new String(pem, ISO_8859_1));
        while (matcher.find()) {
            if (kind.equals(matcher.group(1))) {
                blocks.add(base64(matcher.group(2)));
            }
        }
        return blocks;
    }

    private static byte[] base64(String text) throws RejectedException {
        try {
            return Base64.getMimeDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new RejectedException("a PEM block is not base64", e);
        }
    }
}
