package io.crius.image.trust.policy;

import java.util.Optional;

/** What a policy asks of an image. */
public sealed interface Requirement {
    /** Nothing. */
    record AcceptAnything() implements Requirement {}

    /** Something that no image has. */
    record Reject() implements Requirement {}

    /**
     * A simple signature by one of the keys.
     *
     * @param keyType of the four that the format knows only {@code GPGKeys} can be checked
     */
    record SignedBy(String keyType, KeySource keys, SignedIdentity identity) implements Requirement {}

    /** Compat: in the format, but nothing that anybody can check; it refuses every image. */
    record SignedBaseLayer(SignedIdentity identity) implements Requirement {}

    /**
     * A sigstore signature.
     *
     * @param rekor keys of a transparency log; with them the log must have recorded the signature
     */
    record SigstoreSigned(SigstoreTrust trust, Optional<KeySource> rekor, SignedIdentity identity)
            implements Requirement {}

    /** The requirement in few words, as in the policy, for errors. */
    default String words() {
        return switch (this) {
            case AcceptAnything _ -> "insecureAcceptAnything";
            case Reject _ -> "reject";
            case SignedBy by -> "signedBy (key " + by.keys + "; " + by.identity.type() + ")";
            case SignedBaseLayer _ -> "signedBaseLayer";
            case SigstoreSigned by -> "sigstoreSigned (" + words(by.trust) + "; " + by.identity.type() + ")";
        };
    }

    private static String words(SigstoreTrust trust) {
        return switch (trust) {
            case SigstoreTrust.Keys(KeySource keys) -> "key " + keys;
            case SigstoreTrust.Fulcio fulcio -> "fulcio, " + fulcio.email() + " by " + fulcio.issuer();
            case SigstoreTrust.Pki pki ->
                "pki, " + pki.email().or(pki::hostname).orElse("");
        };
    }
}
