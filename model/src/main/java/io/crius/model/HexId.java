package io.crius.model;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The shape that pod, container, image and layer ids share: 64 lower-case hex digits. */
final class HexId {
    private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern DECIMAL_START = Pattern.compile("[0-9]{12}.*");

    private HexId() {}

    private static boolean isShaped(String value) {
        return SHAPE.matcher(value).matches();
    }

    /** The id that a file is named by; empty where it is named otherwise. */
    static <T> Optional<T> naming(Path file, Function<String, T> id) {
        return Optional.ofNullable(file.getFileName())
                .map(Path::toString)
                .filter(HexId::isShaped)
                .map(id);
    }

    static String check(String kind, String value) {
        if (!isShaped(value)) {
            throw new CriusException.InvalidArgument(
                    "invalid " + kind + " id \"" + value + "\": 64 lower-case hex digits are needed");
        }
        return value;
    }

    /**
     * A fresh random id. Compat: ids whose first twelve characters are all decimal are drawn again, because a short id
     * would read as a number.
     */
    static String random() {
        var random = new SecureRandom();
        byte[] bytes = new byte[32];
        String id;
        do {
            random.nextBytes(bytes);
            id = HexFormat.of().formatHex(bytes);
        } while (DECIMAL_START.matcher(id).matches());
        return id;
    }
}
