package io.crius.image.encryption.envelope;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.openpgp.PGPCompressedData;
import org.bouncycastle.openpgp.PGPEncryptedData;
import org.bouncycastle.openpgp.PGPEncryptedDataList;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPOnePassSignatureList;
import org.bouncycastle.openpgp.PGPPublicKeyEncryptedData;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyDataDecryptorFactory;
import org.jspecify.annotations.Nullable;

/** Secret OpenPGP keys without a passphrase, and what they open. Immutable. */
public final class OpenPgpSecrets {
    /** The longest text that a message may hold; the key of a layer takes some hundred bytes. */
    private static final int LARGEST_TEXT = 64 << 10;

    private static final int MOST_RECIPIENTS = 64;
    private static final long ANYBODY = 0;

    private final List<PGPKeyPair> keys;

    private OpenPgpSecrets(List<PGPKeyPair> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * Reads a key file, binary or armored. Empty where it has no secret OpenPGP key.
     *
     * @throws IOException a key needs a passphrase, or cannot be read; the message quotes nothing of it
     */
    public static Optional<OpenPgpSecrets> parse(byte[] file) throws IOException {
        List<PGPKeyPair> keys = new ArrayList<>();
        boolean locked = false;
        for (PGPSecretKey key : secretKeys(file)) {
            if (key.isPrivateKeyEmpty()) {
                continue;
            }
            try {
                keys.add(new PGPKeyPair(key.getPublicKey(), key.extractPrivateKey(null)));
            } catch (PGPException | RuntimeException _) {
                locked = true;
            }
        }
        if (keys.isEmpty() && locked) {
            throw new IOException("its OpenPGP keys need a passphrase; export them without one");
        }
        return keys.isEmpty() ? Optional.empty() : Optional.of(new OpenPgpSecrets(keys));
    }

    private static List<PGPSecretKey> secretKeys(byte[] file) {
        List<PGPSecretKey> keys = new ArrayList<>();
        try (InputStream in = PGPUtil.getDecoderStream(new ByteArrayInputStream(file))) {
            var objects = new BcPGPObjectFactory(in);
            for (Object next = objects.nextObject(); next != null; next = objects.nextObject()) {
                if (next instanceof PGPSecretKeyRing ring) {
                    ring.getSecretKeys().forEachRemaining(keys::add);
                }
            }
        } catch (IOException | RuntimeException _) {
            // What is no OpenPGP throws anything; what came before counts.
        }
        return keys;
    }

    /** How many keys there are. */
    public int size() {
        return keys.size();
    }

    /**
     * The text of an encrypted message; empty where none of the keys opens it.
     *
     * @throws IOException it is no such message, nothing protects it from changes, or it was changed
     */
    public Optional<byte[]> open(byte[] message) throws IOException {
        try {
            return openAny(message);
        } catch (EOFException e) {
            throw new IOException("the OpenPGP message ends too early", e);
        } catch (PGPException | RuntimeException e) {
            throw new IOException("the OpenPGP message cannot be read: " + e.getMessage(), e);
        }
    }

    private Optional<byte[]> openAny(byte[] message) throws IOException, PGPException {
        var objects = new BcPGPObjectFactory(PGPUtil.getDecoderStream(new ByteArrayInputStream(message)));
        Object first = objects.nextObject();
        while (first != null && !(first instanceof PGPEncryptedDataList)) {
            first = objects.nextObject();
        }
        if (!(first instanceof PGPEncryptedDataList list)) {
            throw new IOException("it is no encrypted OpenPGP message");
        }
        if (list.size() > MOST_RECIPIENTS) {
            throw new IOException("the OpenPGP message has more than " + MOST_RECIPIENTS + " recipients");
        }
        Optional<PGPException> failure = Optional.empty();
        for (Iterator<PGPEncryptedData> all = list.iterator(); all.hasNext(); ) {
            if (all.next() instanceof PGPPublicKeyEncryptedData wanted) {
                for (PGPKeyPair key : candidates(wanted.getKeyIdentifier().getKeyId())) {
                    try {
                        return Optional.of(text(wanted, key));
                    } catch (PGPException e) {
                        failure = Optional.of(e);
                    }
                }
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        return Optional.empty();
    }

    /** Spec: RFC 9580, 5.1: the id zero stands for whoever can open it. */
    private List<PGPKeyPair> candidates(long id) {
        return keys.stream()
                .filter(key -> id == ANYBODY || key.getKeyID() == id)
                .toList();
    }

    private static byte[] text(PGPPublicKeyEncryptedData encrypted, PGPKeyPair key) throws IOException, PGPException {
        // Safety: without that, whoever carries the message could change the text.
        if (!encrypted.isIntegrityProtected() && !encrypted.isAEAD()) {
            throw new IOException("the OpenPGP message is not protected from changes");
        }
        InputStream plain = encrypted.getDataStream(new BcPublicKeyDataDecryptorFactory(key));
        byte[] text = literal(new BcPGPObjectFactory(plain), true);
        plain.transferTo(OutputStream.nullOutputStream());
        if (!encrypted.isAEAD() && !encrypted.verify()) {
            throw new IOException("the OpenPGP message was changed");
        }
        return text;
    }

    private static byte[] literal(BcPGPObjectFactory packets, boolean mayBeCompressed)
            throws IOException, PGPException {
        @Nullable Object next = packets.nextObject();
        while (next instanceof PGPOnePassSignatureList) {
            next = packets.nextObject();
        }
        return switch (next) {
            case PGPCompressedData compressed
            when mayBeCompressed -> literal(new BcPGPObjectFactory(compressed.getDataStream()), false);
            case PGPLiteralData literal -> {
                byte[] text = literal.getInputStream().readNBytes(LARGEST_TEXT + 1);
                if (text.length > LARGEST_TEXT) {
                    throw new IOException("the text of the OpenPGP message is larger than " + LARGEST_TEXT + " bytes");
                }
                yield text;
            }
            case null, default -> throw new IOException("no text is in the OpenPGP message");
        };
    }
}
