package io.crius.image.trust;

import io.crius.image.trust.policy.TrustPolicy;
import io.crius.image.trust.signature.ImageSignature;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Asks the policy in force whether an image is trusted. Thread-safe. Blocks: on the disk for policy and keys,
 * and on whatever signatures come from.
 */
public final class ImageTrust {
    private final PolicyFiles files;
    private final InstantSource clock;
    private final MachinePolicy machine;

    public ImageTrust(PolicyFiles files, InstantSource clock) {
        this.files = files;
        this.clock = clock;
        this.machine = new MachinePolicy(files.machine(), clock);
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
        require(files.read(namespace), subject, signatures);
    }

    /**
     * The policy that an image of the store has to meet before a container is made of it; empty where every image may. Compat: CRI-O
     * asks the machine's policy at pulls alone; here it is asked unless it accepts everything.
     *
     * @param namespace of the pod
     * @throws io.crius.model.CriusException.FailedPrecondition it cannot be understood
     */
    public Optional<TrustPolicy> forRunning(String namespace) {
        return files.own(namespace).map(PolicyFiles::read).or(machine::strict);
    }

    /** Whether the image meets that policy; as {@link #require(Subject, String, Supplier)}. */
    public void require(TrustPolicy policy, Subject subject, Supplier<List<ImageSignature>> signatures) {
        new Judge(subject, signatures, clock.instant()).require(policy.requirements(subject.reference()));
    }
}
