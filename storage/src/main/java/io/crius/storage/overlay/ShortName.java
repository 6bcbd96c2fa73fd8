package io.crius.storage.overlay;

import java.util.concurrent.ThreadLocalRandom;

/** The short name of a layer, by which old tools keep their mount options below a page: 26 characters of base32. */
final class ShortName {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int LENGTH = 26;

    private ShortName() {}

    static String random() {
        var name = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            name.append(ALPHABET.charAt(ThreadLocalRandom.current().nextInt(ALPHABET.length())));
        }
        return name.toString();
    }
}
