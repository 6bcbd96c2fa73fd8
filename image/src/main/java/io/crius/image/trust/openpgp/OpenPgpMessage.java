package io.crius.image.trust.openpgp;

import io.crius.image.trust.signature.ImageSignature;
import io.crius.image.trust.signature.RejectedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Set;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.SignatureSubpacket;
import org.bouncycastle.openpgp.PGPCompressedData;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPOnePassSignatureList;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;
import org.jspecify.annotations.Nullable;

/**
 * A signed message: some text and one signature over it. Immutable.
 *
 * <p>Spec: RFC 9580, 10.3: either one-pass signature, literal data, signature; or signature, literal data; both maybe inside
 * one compressed packet. Anything else, more signatures than one, and anything after the message is refused, so that only
 * one text can be meant.
 */
public final class OpenPgpMessage {
    private static final Set<Integer> HASHES = Set.of(
            HashAlgorithmTags.SHA224,
            HashAlgorithmTags.SHA256,
            HashAlgorithmTags.SHA384,
            HashAlgorithmTags.SHA512,
            HashAlgorithmTags.SHA3_256,
            HashAlgorithmTags.SHA3_512);

    /** Creation, expiry, issuer, notation, flags, signer's user, issuer's fingerprint, intended recipient. */
    private static final Set<Integer> KNOWN_WHEN_CRITICAL = Set.of(2, 3, 16, 27, 28, 33, 35);

    private final byte[] text;
    private final PGPSignature signature;

    private OpenPgpMessage(byte[] text, PGPSignature signature) {
        this.text = text;
        this.signature = signature;
    }

    /** Takes the message apart; nothing is checked yet. */
    public static OpenPgpMessage parse(byte[] message) throws RejectedException {
        try {
            return read(new BcPGPObjectFactory(new ByteArrayInputStream(message)), true);
        } catch (IOException | PGPException | RuntimeException e) {
            throw new RejectedException("it is not a signed OpenPGP message: " + e.getMessage(), e);
        }
    }

    private static OpenPgpMessage read(BcPGPObjectFactory packets, boolean mayBeCompressed)
            throws IOException, PGPException, RejectedException {
        return switch (packets.nextObject()) {
            case PGPCompressedData compressed
            when mayBeCompressed -> {
                var content = CompressedPacket.open(compressed);
                OpenPgpMessage inner = read(new BcPGPObjectFactory(content.text()), false);
                if (content.isFollowed()) {
                    throw new RejectedException("something follows the signed OpenPGP message");
                }
                mustEnd(packets);
                yield inner;
            }
            case PGPOnePassSignatureList _ -> {
                byte[] text = text(packets.nextObject());
                yield ended(text, one(packets.nextObject()), packets);
            }
            case PGPSignatureList signatures -> {
                PGPSignature signature = one(signatures);
                yield ended(text(packets.nextObject()), signature, packets);
            }
            case null, default -> throw new RejectedException("it is not a signed OpenPGP message");
        };
    }

    private static OpenPgpMessage ended(byte[] text, PGPSignature signature, BcPGPObjectFactory packets)
            throws RejectedException {
        mustEnd(packets);
        return new OpenPgpMessage(text, signature);
    }

    /** What follows may be anything, also what is no packet. */
    private static void mustEnd(BcPGPObjectFactory packets) throws RejectedException {
        Object next;
        try {
            next = packets.nextObject();
        } catch (IOException | RuntimeException e) {
            throw new RejectedException("something follows the signed OpenPGP message: " + e.getMessage(), e);
        }
        if (next != null) {
            throw new RejectedException("something follows the signed OpenPGP message");
        }
    }

    private static byte[] text(@Nullable Object packet) throws IOException, RejectedException {
        if (!(packet instanceof PGPLiteralData literal)) {
            throw new RejectedException("it is not a signed OpenPGP message: no text in it");
        }
        try (InputStream in = literal.getInputStream()) {
            // Safety: compressed text may be a bomb.
            byte[] text = in.readNBytes(ImageSignature.LARGEST + 1);
            if (text.length > ImageSignature.LARGEST) {
                throw new RejectedException("the signed text is larger than " + ImageSignature.LARGEST + " bytes");
            }
            return text;
        }
    }

    private static PGPSignature one(@Nullable Object packet) throws RejectedException {
        if (packet instanceof PGPSignatureList list && list.size() == 1) {
            return list.get(0);
        }
        throw new RejectedException("it is not an OpenPGP message with exactly one signature");
    }

    /** The text, if one of the keys has signed it and could do so. */
    public byte[] verified(OpenPgpKeys keys, Instant now) throws RejectedException {
        checkForm(now);
        for (PGPPublicKey key : keys.signers(signature.getKeyID(), now)) {
            if (isSignedBy(key)) {
                return text;
            }
        }
        throw new RejectedException(
                "the signature by key " + "%016X".formatted(signature.getKeyID()) + " does not fit its text");
    }

    private void checkForm(Instant now) throws RejectedException {
        if (signature.getSignatureType() != PGPSignature.BINARY_DOCUMENT) {
            throw new RejectedException("it is an OpenPGP signature of another type than over a document");
        }
        // Safety: with MD5 and SHA-1 two texts can be made that have one signature.
        if (!HASHES.contains(signature.getHashAlgorithm())) {
            throw new RejectedException("hash algorithm " + signature.getHashAlgorithm()
                    + " of OpenPGP is too weak or not known; sign again with SHA-256 or better");
        }
        if (signature.getHashedSubPackets() == null) {
            return;
        }
        long life = signature.getHashedSubPackets().getSignatureExpirationTime();
        if (life > 0
                && signature.getCreationTime().toInstant().plusSeconds(life).isBefore(now)) {
            throw new RejectedException("the OpenPGP signature has expired");
        }
        for (SignatureSubpacket part : signature.getHashedSubPackets().toArray()) {
            if (part.isCritical() && !KNOWN_WHEN_CRITICAL.contains(part.getType())) {
                throw new RejectedException(
                        "the OpenPGP signature depends on subpacket " + part.getType() + ", which is not known here");
            }
        }
    }

    private boolean isSignedBy(PGPPublicKey key) throws RejectedException {
        try {
            signature.init(new BcPGPContentVerifierBuilderProvider(), key);
            signature.update(text);
            return signature.verify();
        } catch (PGPException | RuntimeException e) {
            throw new RejectedException("the OpenPGP signature cannot be checked: " + e.getMessage(), e);
        }
    }
}
