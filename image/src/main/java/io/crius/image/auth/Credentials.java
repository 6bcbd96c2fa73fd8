package io.crius.image.auth;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What proves to a registry who asks. No {@code toString} shows a secret. */
public sealed interface Credentials {
    /** Nothing: ask anonymously. */
    Credentials NONE = new None();

    /** No credentials. */
    record None() implements Credentials {}

    /** A user name and a password, or whatever the registry takes for one. */
    record UserPassword(String user, String password) implements Credentials {
        /** The value of an Authorization header. Spec: RFC 7617. */
        public String basicHeader() {
            byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
            return "Basic " + Base64.getEncoder().encodeToString(pair);
        }

        @Override
        public String toString() {
            return "user " + user;
        }
    }

    /** A refresh token, which the registry's token server exchanges for access tokens. */
    record IdentityToken(String token) implements Credentials {
        @Override
        public String toString() {
            return "identity token";
        }
    }

    /** An access token, which goes to the registry as it is. */
    record RegistryToken(String token) implements Credentials {
        @Override
        public String toString() {
            return "registry token";
        }
    }
}
