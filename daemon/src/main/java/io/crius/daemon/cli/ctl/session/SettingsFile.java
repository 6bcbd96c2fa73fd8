package io.crius.daemon.cli.ctl.session;

import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * crictl's file of settings, a key and its value a line:
 *
 * <pre>
 * runtime-endpoint: unix:///run/crius/crius.sock
 * timeout: 10
 * debug: false
 * </pre>
 *
 * It is flat, so that it is read without a YAML library, which would double the time of a command.
 */
record SettingsFile(Map<String, String> values) {
    /** A file that is not there is empty unless it was asked for. */
    static SettingsFile read(Path path, boolean asked) {
        try {
            return new SettingsFile(values(path, Files.readAllLines(path)));
        } catch (NoSuchFileException e) {
            if (asked) {
                throw new CriusException.InvalidArgument("there is no file of settings " + path, e);
            }
            return new SettingsFile(Map.of());
        } catch (IOException e) {
            throw new CriusException.InvalidArgument("file of settings " + path + ": " + e, e);
        }
    }

    private static Map<String, String> values(Path path, List<String> lines) {
        var values = new HashMap<String, String>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#") || line.equals("---")) {
                continue;
            }
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new CriusException.InvalidArgument(path + ":" + (i + 1) + ": \"" + line + "\" is not key: value");
            }
            values.put(
                    line.substring(0, colon).strip(),
                    value(line.substring(colon + 1).strip()));
        }
        return values;
    }

    private static String value(String text) {
        if (text.length() > 1 && (text.startsWith("\"") || text.startsWith("'"))) {
            int end = text.indexOf(text.charAt(0), 1);
            return end < 0 ? text : text.substring(1, end);
        }
        int comment = text.indexOf(" #");
        return comment < 0 ? text : text.substring(0, comment).strip();
    }

    Optional<String> text(String key) {
        return Optional.ofNullable(values.get(key)).filter(value -> !value.isEmpty());
    }

    boolean on(String key) {
        return text(key).map(value -> value.equals("true")).orElse(false);
    }
}
