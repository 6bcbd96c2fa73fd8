package io.crius.image.trust.policy;

import io.crius.model.ImageReference;

/**
 * An image name in a signature or a policy, where a missing tag does not stand for {@code latest}.
 *
 * @param repository host and path, normalised
 * @param full with tag or digest as written; equal to {@code repository} where there is neither
 */
record SignedName(String repository, String full) {
    /** Normalises; throws {@link io.crius.model.CriusException.InvalidArgument}. */
    static SignedName parse(String text) {
        ImageReference reference = ImageReference.parse(text);
        boolean bare = text.indexOf('@') < 0 && text.lastIndexOf(':') <= text.lastIndexOf('/');
        return new SignedName(reference.repository(), bare ? reference.repository() : reference.toString());
    }

    static SignedName of(ImageReference reference) {
        return new SignedName(reference.repository(), reference.toString());
    }

    boolean isRepositoryOnly() {
        return full.equals(repository);
    }

    /** Whether both name the same tag or digest of the same repository. */
    boolean isExactly(SignedName other) {
        return !isRepositoryOnly() && !other.isRepositoryOnly() && full.equals(other.full);
    }
}
