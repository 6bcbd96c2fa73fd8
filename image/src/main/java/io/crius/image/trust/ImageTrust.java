package io.crius.image.trust;

import io.crius.image.trust.signature.ImageSignature;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * Asks the policy in force whether an image is trusted. Thread-safe, without state. Blocks: on the disk for policy and keys,
 * and on whatever signatures come from.
 */
public final class ImageTrust {
    private final PolicyFiles files;
    private final InstantSource clock;

    public ImageTrust(PolicyFiles files, InstantSource clock) {
        this.files = files;
        this.clock = clock;
    }

    /**
     * Whether the image may come onto the node.
     *
     * @param namespace of the pod that it is for, empty when unknown
     * @param signatures asked only where the policy needs them
     * @throws io.crius.model.CriusException.PermissionDenied it may not; begins with "SignatureValidationFailed: " and names
     *     image, scope and requirement
     * @throws io.crius.model.CriusException.FailedPrecondition there is no policy, or it cannot be understood
     */
    public void require(Subject subject, String namespace, Supplier<List<ImageSignature>> signatures) {
        new Judge(subject, signatures, clock.instant())
                .require(files.read(namespace).requirements(subject.reference()));
    }

    /** Whether images of the store have to be asked about again before a container is made of them. */
    public boolean coversRunning(String namespace) {
        return files.coverRunning(namespace);
    }
}
