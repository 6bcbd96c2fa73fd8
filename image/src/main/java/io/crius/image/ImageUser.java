package io.crius.image;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Whom an image's process runs as by default, as far as the CRI asks.
 *
 * @param uid where the image names a number
 * @param name where it names a user; never together with the number, and neither for root by default
 */
public record ImageUser(OptionalLong uid, Optional<String> name) {
    static final ImageUser NONE = new ImageUser(OptionalLong.empty(), Optional.empty());

    /** Compat: of {@code user:group} the part before the colon. */
    static ImageUser of(String configured) {
        int colon = configured.indexOf(':');
        String user = colon < 0 ? configured : configured.substring(0, colon);
        if (user.isEmpty()) {
            return NONE;
        }
        try {
            return new ImageUser(OptionalLong.of(Long.parseLong(user)), Optional.empty());
        } catch (NumberFormatException _) {
            return new ImageUser(OptionalLong.empty(), Optional.of(user));
        }
    }
}
