package io.crius.image.pull;

import io.crius.image.registry.ManifestAnswer;
import io.crius.image.registry.RegistryClient;
import io.crius.image.trust.signature.ImageSignature;
import io.crius.model.Digest;
import io.crius.model.ImageReference;
import java.util.List;

/**
 * Whether an image may be pulled at all: asked once the manifest of the chosen platform is known and before any blob is
 * fetched. The daemon is wired with {@link TrustedPulls}.
 */
@FunctionalInterface
public interface PullPolicy {
    /** Every image, with no look at signatures. */
    PullPolicy ACCEPT_ALL = _ -> List.of();

    /**
     * What is known about the image.
     *
     * @param reference as the user means it, whatever mirror it comes from
     * @param topLevel digest of the manifest or index that the reference leads to
     * @param instance the manifest for this platform
     * @param place how the image is called where it comes from
     * @param client the endpoint that has it
     * @param namespace of the pod, empty when unknown
     */
    record Candidate(
            ImageReference reference,
            Digest topLevel,
            ManifestAnswer instance,
            ImageReference place,
            RegistryClient client,
            String namespace) {}

    /**
     * Lets the pull go on, or throws. Blocks.
     *
     * @return the signatures to keep with the image
     * @throws io.crius.model.CriusException.PermissionDenied with a text that begins with "SignatureValidationFailed: "
     */
    List<ImageSignature> admit(Candidate candidate);
}
