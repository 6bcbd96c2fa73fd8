package io.crius.image.encryption;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.crius.image.encryption.envelope.OpenPgpSecrets;
import io.crius.image.registry.PemKey;
import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.util.Optional;

/**
 * What a file of the key folder holds. Compat: what ocicrypt takes: a private key as DER, PEM or JSON (JWK), a certificate,
 * secret keys of OpenPGP.
 */
sealed interface KeyFile {
    /** An RSA or EC key. */
    record Asymmetric(PrivateKey key) implements KeyFile {
        @Override
        public String toString() {
            return "private key " + key.getAlgorithm();
        }
    }

    /** Keys of OpenPGP. */
    record OpenPgp(OpenPgpSecrets keys) implements KeyFile {}

    /** Compat: certificates say which key a CMS message is for; here all are tried, so it is only known not to be a key. */
    record Certificate() implements KeyFile {}

    /**
     * Finds out what the file holds.
     *
     * @throws CriusException.FailedPrecondition nothing of that, or a key with a password; names the file and quotes nothing
     */
    static KeyFile parse(String name, byte[] content) {
        try {
            return privateKey(content)
                    .<KeyFile>map(Asymmetric::new)
                    .or(() -> isCertificate(content) ? Optional.of(new Certificate()) : Optional.empty())
                    .or(() -> openPgp(name, content))
                    .orElseThrow(
                            () -> unusable(
                                    name,
                                    "it is no private key in PEM, DER or JSON (JWK), no certificate and no secret OpenPGP key"));
        } catch (GeneralSecurityException e) {
            throw unusable(name, String.valueOf(e.getMessage()));
        }
    }

    private static CriusException unusable(String name, String why) {
        return new CriusException.FailedPrecondition(
                "decryption key file " + name + " cannot be used: " + why + "; mend or remove it");
    }

    private static Optional<PrivateKey> privateKey(byte[] content) throws GeneralSecurityException {
        String text = new String(content, ISO_8859_1);
        if (text.contains("PRIVATE KEY-----") && !text.contains("BEGIN PGP ")) {
            if (text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED")) {
                throw new GeneralSecurityException("the private key has a password, and nobody could type it");
            }
            return Optional.of(PemKey.parse(text));
        }
        if (text.stripLeading().startsWith("{")) {
            return Optional.of(jwk(content));
        }
        try {
            return Optional.of(PemKey.parseDer(content));
        } catch (GeneralSecurityException _) {
            return Optional.empty();
        }
    }

    private static PrivateKey jwk(byte[] content) throws GeneralSecurityException {
        try {
            return Jwk.privateKey(Json.parseObject(content, "key", JsonLimits.DEFAULT.withDepth(4)));
        } catch (CriusException.InvalidArgument _) {
            // Safety: a message about JSON may quote it.
            throw new GeneralSecurityException("it is not well-formed JSON");
        }
    }

    private static boolean isCertificate(byte[] content) {
        try {
            return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(content))
                    != null;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    private static Optional<KeyFile> openPgp(String name, byte[] content) {
        try {
            return OpenPgpSecrets.parse(content).map(OpenPgp::new);
        } catch (IOException e) {
            throw unusable(name, String.valueOf(e.getMessage()));
        }
    }
}
