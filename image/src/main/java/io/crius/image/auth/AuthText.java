package io.crius.image.auth;

import io.crius.model.CriusException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The {@code user:password} text in base64 that auth files and requests have. */
final class AuthText {
    private AuthText() {}

    /**
     * Compat: zero bytes after the password are cut, and a text without a colon is as good as none.
     *
     * @param source names in the error where the text came from
     */
    static Credentials decode(String base64, String source) {
        String text;
        try {
            text = new String(Base64.getDecoder().decode(base64.strip()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            // The cause would quote a part of the secret.
            throw new CriusException.InvalidArgument(source + " is not base64 of user:password");
        }
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == 0) {
            end--;
        }
        int colon = text.indexOf(':');
        if (colon <= 0 || colon >= end) {
            return Credentials.NONE;
        }
        return new Credentials.UserPassword(text.substring(0, colon), text.substring(colon + 1, end));
    }
}
