package io.crius.server.state;

import io.crius.model.CriusException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The rule for labels of pods and containers. */
public final class Labels {
    /** Compat: CRI-O's and containerd's bound for key and value of a label together, in bytes. */
    private static final int LONGEST = 4096;

    private static final int LONGEST_SHOWN = 64;

    private Labels() {}

    /**
     * Refuses labels that are too long.
     *
     * @param object whose they are, for the error: "pod default/web"
     */
    public static void check(String object, Map<String, String> labels) {
        labels.forEach((key, value) -> {
            if (bytes(key) + bytes(value) > LONGEST) {
                throw new CriusException.InvalidArgument("label \""
                        + key.substring(0, Math.min(LONGEST_SHOWN, key.length())) + "\" of " + object
                        + ": key and value are longer than " + LONGEST + " bytes together");
            }
        });
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
