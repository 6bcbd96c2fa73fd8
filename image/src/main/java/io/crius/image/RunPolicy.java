package io.crius.image;

import io.crius.model.ImageId;

/** Whether a container may be made of an image that the node has. */
@FunctionalInterface
public interface RunPolicy {
    /** Every image. */
    RunPolicy ACCEPT_ALL = (_, _, _) -> {};

    /**
     * Returns if it may. Blocks on the disk.
     *
     * @param name what the user wrote for the image; empty or an id where that is not known
     * @param namespace of the pod
     * @throws io.crius.model.CriusException.PermissionDenied it may not; begins with "SignatureValidationFailed: "
     */
    void require(ImageId image, String name, String namespace);
}
