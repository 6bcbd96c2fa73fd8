package io.crius.image.encryption;

import io.crius.image.encryption.envelope.CmsEnvelope;
import io.crius.image.encryption.envelope.OpenPgpSecrets;
import io.crius.model.CriusException;
import io.crius.oci.image.Descriptor;
import java.io.IOException;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The key of one layer, wrapped for those who may read it: its annotations {@code org.opencontainers.image.enc.keys.*}, each a
 * list of messages in base64 with commas between them. For one thread.
 */
final class WrappedKeys {
    static final String PREFIX = "org.opencontainers.image.enc";
    private static final String KEYS = PREFIX + ".keys.";
    private static final String PUBLIC_OPTIONS = PREFIX + ".pubopts";

    private final Map<String, String> schemes = new TreeMap<>();
    private final Map<String, String> annotations;
    private final DecryptionKeys keys;
    private final Effort effort;
    private final List<String> failures = new ArrayList<>();

    WrappedKeys(Descriptor layer, DecryptionKeys keys, Effort effort) {
        this.annotations = layer.annotations();
        this.keys = keys;
        this.effort = effort;
        annotations.forEach((key, value) -> {
            if (key.startsWith(KEYS)) {
                schemes.put(key.substring(KEYS.length()), value);
            }
        });
    }

    /**
     * The layer's key, by the first of the node's keys that fits.
     *
     * @throws CriusException.FailedPrecondition none fits; says what the layer wants and what there is
     * @throws CriusException.InvalidArgument the annotations are damaged
     */
    LayerKey unwrap() {
        if (schemes.isEmpty()) {
            throw new CriusException.InvalidArgument("no annotation " + KEYS + "* is there, so nobody can decrypt it");
        }
        for (Map.Entry<String, String> scheme : schemes.entrySet()) {
            for (String item : scheme.getValue().split(",", -1)) {
                Optional<byte[]> secret = unwrap(scheme.getKey(), item);
                if (secret.isPresent()) {
                    return LayerKey.parse(secret.get(), publicOptions());
                }
            }
        }
        throw new CriusException.FailedPrecondition(nothingFits());
    }

    /** Compat: the beginnings are those of ocicrypt. */
    private String nothingFits() {
        String wanted = "its key is wrapped for " + schemes.keySet();
        String details = failures.isEmpty() ? "" : " (" + String.join("; ", failures) + ")";
        return keys.size() == 0
                ? "missing private key needed for decryption: " + wanted + ", and no key is in " + keys.folder()
                        + details
                : "none of the private keys could be used for decryption: " + wanted + "; tried in vain: " + keys
                        + details;
    }

    private byte[] publicOptions() {
        return decoded("pubopts", annotations.getOrDefault(PUBLIC_OPTIONS, ""));
    }

    private static byte[] decoded(String what, String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new CriusException.InvalidArgument("annotation of " + what + " is not base64", e);
        }
    }

    /** What cannot be read may be for somebody else. */
    private Optional<byte[]> unwrap(String scheme, String item) {
        try {
            byte[] message = decoded(scheme, item);
            return switch (scheme) {
                case "jwe" -> jwe(message);
                case "pkcs7" -> cms(message);
                case "pgp" -> openPgp(message);
                default -> {
                    failed("\"" + scheme + "\" is not supported");
                    yield Optional.empty();
                }
            };
        } catch (CriusException.InvalidArgument | IOException e) {
            failed(scheme + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    /** A few are enough for an error. */
    private void failed(String why) {
        if (failures.size() < 5 && !failures.contains(why)) {
            failures.add(why.length() <= 200 ? why : why.substring(0, 200));
        }
    }

    private Optional<byte[]> jwe(byte[] message) {
        if (keys.privateKeys().isEmpty()) {
            return Optional.empty();
        }
        JweMessage jwe = JweMessage.parse(message);
        for (PrivateKey key : keys.privateKeys()) {
            effort.spend(jwe.recipients());
            Optional<byte[]> secret = jwe.open(key);
            if (secret.isPresent()) {
                return secret;
            }
        }
        return Optional.empty();
    }

    private Optional<byte[]> cms(byte[] message) throws IOException {
        if (keys.privateKeys().isEmpty()) {
            return Optional.empty();
        }
        CmsEnvelope envelope = CmsEnvelope.parse(message);
        for (PrivateKey key : keys.privateKeys()) {
            effort.spend(envelope.recipients());
            Optional<byte[]> secret = envelope.open(key);
            if (secret.isPresent()) {
                return secret;
            }
        }
        return Optional.empty();
    }

    private Optional<byte[]> openPgp(byte[] message) throws IOException {
        for (OpenPgpSecrets secrets : keys.openPgp()) {
            effort.spend(secrets.size());
            Optional<byte[]> secret = secrets.open(message);
            if (secret.isPresent()) {
                return secret;
            }
        }
        return Optional.empty();
    }
}
