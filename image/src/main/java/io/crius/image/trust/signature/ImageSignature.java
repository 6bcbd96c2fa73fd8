package io.crius.image.trust.signature;

import io.crius.model.CriusException;
import java.util.HexFormat;

/**
 * A signature of an image, not yet believed.
 *
 * <p>Compat: as one block of bytes it is either an OpenPGP message as it is, or begins with a zero byte and the name of its
 * format, see {@link SigstoreSignature}. Lookaside folders and the store keep these blocks.
 */
public sealed interface ImageSignature permits SimpleSignature, SigstoreSignature {
    /** The longest that is taken from anywhere, in bytes. */
    int LARGEST = 4 << 20;

    /** The most that one image may have in one place. */
    int MOST = 128;

    /** The signature as one block of bytes. The caller does not change them. */
    byte[] blob();

    /** Reads a block of bytes; throws {@link CriusException.InvalidArgument} for a form that nobody knows. */
    static ImageSignature of(byte[] blob) {
        if (blob.length == 0) {
            throw new CriusException.InvalidArgument("a signature without any bytes");
        }
        if (blob[0] == 0) {
            return SigstoreSignature.parse(blob);
        }
        if (SimpleSignature.isOpenPgp(blob[0])) {
            return new SimpleSignature(blob);
        }
        throw new CriusException.InvalidArgument("a signature of unknown form, it begins with byte 0x"
                + HexFormat.of().toHexDigits(blob[0]) + "; OpenPGP messages and sigstore-json are known");
    }
}
