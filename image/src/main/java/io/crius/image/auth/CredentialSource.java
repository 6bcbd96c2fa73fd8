package io.crius.image.auth;

import io.crius.model.ImageReference;

/** Where the node's own credentials come from. */
@FunctionalInterface
public interface CredentialSource {
    /** Anonymous everywhere. */
    CredentialSource NOTHING = _ -> Credentials.NONE;

    /**
     * The most specific credentials for the repository, or {@link Credentials#NONE}.
     *
     * @throws io.crius.model.CriusException.FailedPrecondition a file or helper cannot be used
     */
    Credentials find(ImageReference reference);
}
