package io.crius.image.pull;

import io.crius.model.Digest;
import io.crius.model.ImageReference;

/**
 * Whether an image may be pulled at all: asked once the manifest of the chosen platform is known and before any blob is
 * fetched.
 *
 * <p>The place where policy.json and signatures come in. For now the daemon is wired with {@link #ACCEPT_ALL}: no signature
 * is looked at.
 */
@FunctionalInterface
public interface PullPolicy {
    /** Every image. */
    PullPolicy ACCEPT_ALL = _ -> {};

    /**
     * What is known about the image.
     *
     * @param reference as the user means it, whatever mirror it comes from
     * @param topLevel digest of the manifest or index that the reference leads to
     * @param instance digest of the manifest for this platform
     * @param namespace of the pod, empty when unknown
     */
    record Candidate(ImageReference reference, Digest topLevel, Digest instance, String namespace) {}

    /**
     * Lets the pull go on, or throws.
     *
     * @throws io.crius.model.CriusException.PermissionDenied with a text that begins with "SignatureValidationFailed: "
     */
    void admit(Candidate candidate);
}
