package io.crius.image.auth;

import io.crius.model.ImageReference;

/** Where the credentials come from for pulls that bring none. */
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

    /** In words for errors, after "as user x, which". */
    default String origin() {
        return "the node has";
    }

    /**
     * What one pull may use.
     *
     * @param namespace of the pod, empty when unknown
     * @param image as the user means it, whatever mirror is asked
     * @throws io.crius.model.CriusException.FailedPrecondition credentials meant for it cannot be used
     */
    default Lease lease(String namespace, ImageReference image) {
        return new Lease(this, () -> {});
    }

    /** Credentials for the time of a search; closing takes back what was only for that. */
    record Lease(CredentialSource credentials, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }
}
