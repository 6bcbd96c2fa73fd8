package io.crius.server.container.spec;

import io.crius.model.CriusException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Files of the second version of cgroups by annotation: {@code memory.high=1048576;cpu.weight=NTAw}. Compat: a value may be in
 * base64.
 */
final class UnifiedAnnotation {
    private UnifiedAnnotation() {}

    static Map<String, String> parse(String container, String text) {
        Map<String, String> files = new LinkedHashMap<>();
        for (String entry : text.split(";")) {
            int equals = entry.indexOf('=');
            String file = equals < 0 ? "" : entry.substring(0, equals).strip();
            // Safety: it becomes a name in the cgroup's folder.
            if (!file.matches("[a-z0-9_]+(\\.[a-zA-Z0-9_-]+)+")) {
                throw new CriusException.InvalidArgument("container " + container
                        + ": annotation for unified cgroups: \"" + entry + "\" is not file=value");
            }
            files.put(file, value(entry.substring(equals + 1)));
        }
        return files;
    }

    /** A number may look like base64 by chance; what it would decode to is no text then. */
    private static String value(String given) {
        try {
            String decoded = new String(Base64.getDecoder().decode(given), StandardCharsets.UTF_8);
            boolean text = !decoded.isEmpty() && decoded.chars().allMatch(c -> c >= ' ' && c < 0x7f);
            return text ? decoded : given;
        } catch (IllegalArgumentException _) {
            return given;
        }
    }
}
