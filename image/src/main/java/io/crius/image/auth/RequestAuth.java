package io.crius.image.auth;

import io.crius.model.CriusException;

/**
 * The credentials of a CRI request as they came, each field empty when unset.
 *
 * @param auth base64 of {@code user:password}; wins over the two fields
 * @param serverAddress the registry that the credentials are for, as host or URL; empty: the image's
 */
public record RequestAuth(
        String username,
        String password,
        String auth,
        String serverAddress,
        String identityToken,
        String registryToken) {
    public static final RequestAuth NONE = new RequestAuth("", "", "", "", "", "");

    /**
     * What to show to the registry of that name.
     *
     * <p>Compat: CRI-O takes user and password only. The two tokens are taken here as well where there is no user name,
     * and a server address that names another registry makes the credentials unused, since sending them would hand them
     * to a stranger.
     *
     * @throws CriusException.InvalidArgument {@code auth} is not base64; the message does not quote it
     */
    public Credentials forRegistry(String host) {
        if (!serverAddress.isEmpty() && !RegistryKey.ofHost(serverAddress).equals(RegistryKey.ofHost(host))) {
            return Credentials.NONE;
        }
        if (!auth.isEmpty()) {
            return AuthText.decode(auth, "the request's auth");
        }
        if (!username.isEmpty()) {
            return new Credentials.UserPassword(username, password);
        }
        if (!registryToken.isEmpty()) {
            return new Credentials.RegistryToken(registryToken);
        }
        return identityToken.isEmpty() ? Credentials.NONE : new Credentials.IdentityToken(identityToken);
    }

    @Override
    public String toString() {
        return equals(NONE) ? "no credentials" : "credentials";
    }
}
