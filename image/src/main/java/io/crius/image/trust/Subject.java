package io.crius.image.trust;

import io.crius.model.Digest;
import io.crius.model.ImageReference;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The image that is judged. Immutable; the manifest's bytes are shared. */
public final class Subject {
    private final ImageReference reference;
    private final Digest digest;
    private final byte[] manifest;

    /**
     * @param reference as the user means it, whatever place it comes from
     * @param digest of the manifest for this platform
     * @param manifest its bytes, for claims in another algorithm
     */
    public Subject(ImageReference reference, Digest digest, byte[] manifest) {
        this.reference = reference;
        this.digest = digest;
        this.manifest = manifest;
    }

    public ImageReference reference() {
        return reference;
    }

    /** Whether a claim for this digest is one about this image. */
    boolean has(Digest claimed) {
        return claimed.algorithm().equals(digest.algorithm()) ? claimed.equals(digest) : claimed.equals(hash(claimed));
    }

    private Digest hash(Digest like) {
        try {
            byte[] hash = MessageDigest.getInstance(like.javaAlgorithm()).digest(manifest);
            return new Digest(like.algorithm(), HexFormat.of().formatHex(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has " + like.javaAlgorithm(), e);
        }
    }

    @Override
    public String toString() {
        return "docker://" + reference;
    }
}
