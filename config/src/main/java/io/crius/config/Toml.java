package io.crius.config;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writing TOML literals. */
final class Toml {
    private Toml() {}

    /** A basic string. Spec: TOML 1.0, "String". */
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        text.codePoints().forEach(c -> appendEscaped(quoted, c));
        return quoted.append('"').toString();
    }

    static String array(Collection<String> texts) {
        return texts.stream().map(Toml::quote).collect(Collectors.joining(", ", "[", "]"));
    }

    static String inlineTable(Map<String, String> entries) {
        return new TreeMap<>(entries)
                .entrySet().stream()
                        .map(e -> quote(e.getKey()) + " = " + quote(e.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
    }

    /** The key bare where TOML allows it, quoted otherwise. */
    static String key(String key) {
        boolean bare = !key.isEmpty()
                && key.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || c == '_'
                                || c == '-');
        return bare ? key : quote(key);
    }

    private static void appendEscaped(StringBuilder out, int c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\t' -> out.append("\\t");
            case '\r' -> out.append("\\r");
            default -> {
                if (c < 0x20 || c == 0x7f) {
                    out.append(String.format("\\u%04X", c));
                } else {
                    out.appendCodePoint(c);
                }
            }
        }
    }
}
