package io.crius.image.trust.policy;

import java.util.Optional;

/** Whom a sigstore signature has to come from. */
public sealed interface SigstoreTrust {
    /** The owner of one of these public keys. */
    record Keys(KeySource keys) implements SigstoreTrust {}

    /**
     * Somebody with a short-lived certificate that Fulcio gave for a login.
     *
     * @param issuer who vouched for the login, exactly
     * @param email of the signer, exactly
     */
    record Fulcio(KeySource authority, String issuer, String email) implements SigstoreTrust {}

    /**
     * Somebody with a certificate of the site's own authority; at least one of email and host name is given.
     *
     * @param intermediates between the roots and the signers, where the signatures do not bring them
     */
    record Pki(KeySource roots, Optional<KeySource> intermediates, Optional<String> email, Optional<String> hostname)
            implements SigstoreTrust {}
}
