package io.crius.image.pull;

import io.crius.image.auth.RequestAuth;

/**
 * A wish for an image.
 *
 * @param image as the user wrote it: a short name, a full name, with tag or digest
 * @param auth credentials that came with the request; they go to the registry in the name only, not to mirrors elsewhere
 * @param namespace of the pod that it is for, empty when unknown; pulls for different namespaces are kept apart
 */
public record PullRequest(String image, RequestAuth auth, String namespace) {
    /** Without credentials and for nobody in particular. */
    public static PullRequest of(String image) {
        return new PullRequest(image, RequestAuth.NONE, "");
    }
}
