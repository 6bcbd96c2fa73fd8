package io.crius.storage.record;

import io.crius.model.CriusException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The file name of a piece of big data. */
public final class BigDataName {
    private BigDataName() {}

    /**
     * The key itself where it is made of digits, lower-case letters and dots, else {@code =} and its base64. Compat: the last
     * character of a key is not judged, so {@code abc-} is used as it is.
     */
    public static String of(String key) {
        String name =
                isPlain(key) ? key : "=" + Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8));
        if (key.isEmpty() || name.indexOf('/') >= 0 || name.equals(".") || name.equals("..")) {
            throw new CriusException.InvalidArgument(
                    "data cannot be stored under the key \"" + key + "\": it makes no file name");
        }
        return name;
    }

    private static boolean isPlain(String key) {
        int judged = key.isEmpty() ? 0 : key.offsetByCodePoints(key.length(), -1);
        for (int i = 0; i < judged; i++) {
            char c = key.charAt(i);
            if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') && c != '.') {
                return false;
            }
        }
        return true;
    }
}
