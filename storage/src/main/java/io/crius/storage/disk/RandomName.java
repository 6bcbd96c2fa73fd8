package io.crius.storage.disk;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Names that nobody else has. They need not be secret, only root can look where they are used; so the start of the daemon
 * is spared the cryptographic generator.
 */
public final class RandomName {
    private RandomName() {}

    /** 32 hex digits. */
    public static String hex() {
        byte[] bytes = new byte[16];
        ThreadLocalRandom.current().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
