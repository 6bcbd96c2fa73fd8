package io.crius.image.trust.policy;

import io.crius.model.CriusException;
import io.crius.model.ImageReference;

/** Which names in signatures are good for an image. */
public sealed interface SignedIdentity {
    /** The very name of the image, with tag or digest. */
    record MatchExact() implements SignedIdentity {}

    /** The same repository where the image is meant by digest, else the very name. */
    record MatchRepoDigestOrExact() implements SignedIdentity {}

    /** Any name in the same repository. */
    record MatchRepository() implements SignedIdentity {}

    /** That one name, whatever the image is called. */
    record ExactReference(String dockerReference) implements SignedIdentity {}

    /** Any name in that repository, whatever the image is called. */
    record ExactRepository(String dockerRepository) implements SignedIdentity {}

    /** {@link MatchRepoDigestOrExact} after the beginning of the image's name was replaced, as for mirrors. */
    record RemapIdentity(String prefix, String signedPrefix) implements SignedIdentity {
        private ImageReference remapped(ImageReference image) {
            String name = image.repository();
            boolean below = name.equals(prefix) || name.startsWith(prefix + "/");
            return below ? ImageReference.parse(signedPrefix + image.toString().substring(prefix.length())) : image;
        }
    }

    /**
     * Whether a signature for {@code signed} is one for the image.
     *
     * @param signed as it stands in the signature; a text that is no name is good for nothing
     */
    default boolean accepts(ImageReference image, String signed) {
        try {
            return accepts(image, SignedName.parse(signed));
        } catch (CriusException.InvalidArgument _) {
            return false;
        }
    }

    private boolean accepts(ImageReference image, SignedName signed) {
        SignedName wanted = SignedName.of(image);
        return switch (this) {
            case MatchExact _ -> signed.isExactly(wanted);
            case MatchRepoDigestOrExact _ -> repoDigestOrExact(image, signed);
            case MatchRepository _ -> signed.repository().equals(wanted.repository());
            case ExactReference(String reference) -> signed.isExactly(SignedName.parse(reference));
            case ExactRepository(String repository) ->
                signed.repository().equals(SignedName.parse(repository).repository());
            case RemapIdentity remap -> repoDigestOrExact(remap.remapped(image), signed);
        };
    }

    private static boolean repoDigestOrExact(ImageReference image, SignedName signed) {
        // Compat: a name with a tag counts by the tag, be there a digest as well.
        return image.tag().isEmpty()
                ? signed.repository().equals(image.repository())
                : signed.isExactly(SignedName.of(image));
    }

    /** What the policy calls this. */
    default String type() {
        return switch (this) {
            case MatchExact _ -> "matchExact";
            case MatchRepoDigestOrExact _ -> "matchRepoDigestOrExact";
            case MatchRepository _ -> "matchRepository";
            case ExactReference _ -> "exactReference";
            case ExactRepository _ -> "exactRepository";
            case RemapIdentity _ -> "remapIdentity";
        };
    }
}
