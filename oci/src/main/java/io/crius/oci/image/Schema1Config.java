package io.crius.oci.image;

import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonString;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Writes the configuration of a schema 1 image. Its digest is the image's id, so every byte counts: values are taken over as
 * they were written, without white space; keys are sorted; what is new is written as Go does.
 */
final class Schema1Config {
    private static final Set<String> DROPPED = Set.of("id", "parent", "Size", "parent_id", "layer_id", "throwaway");
    private static final String UNKNOWN_TIME = "0001-01-01T00:00:00Z";

    /** As time.RFC3339Nano: no more digits of a second than there are. */
    private static final DateTimeFormatter GO_TIME = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .appendOffset("+HH:MM", "Z")
            .toFormatter(Locale.ROOT);

    private Schema1Config() {}

    static byte[] of(List<Schema1Manifest.Step> steps, List<Digest> diffIds) {
        Map<String, String> fields = new TreeMap<>(Schema1Config::byBytes);
        fields.putAll(members(compact(steps.getLast().text())));
        fields.keySet().removeAll(DROPPED);
        fields.put(
                "rootfs",
                "{\"type\":\"layers\",\"diff_ids\":"
                        + diffIds.stream()
                                .map(digest -> quoted(digest.toString()))
                                .collect(Collectors.joining(",", "[", "]"))
                        + "}");
        fields.put("history", steps.stream().map(Schema1Config::history).collect(Collectors.joining(",", "[", "]")));
        return fields.entrySet().stream()
                .map(field -> quoted(field.getKey()) + ":" + field.getValue())
                .collect(Collectors.joining(",", "{", "}"))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static int byBytes(String one, String other) {
        return Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private static String history(Schema1Manifest.Step step) {
        var text = new StringBuilder("{\"created\":")
                .append(quoted(time(step.about().string("created").orElse(UNKNOWN_TIME))));
        append(text, "author", step.about().string("author").orElse(""));
        append(
                text,
                "created_by",
                String.join(
                        " ",
                        step.about()
                                .object("container_config", config -> config.strings("Cmd"))
                                .orElse(List.of())));
        append(text, "comment", step.about().string("comment").orElse(""));
        return text.append(step.isEmpty() ? ",\"empty_layer\":true}" : "}").toString();
    }

    private static void append(StringBuilder text, String key, String value) {
        if (!value.isEmpty()) {
            text.append(',').append(quoted(key)).append(':').append(quoted(value));
        }
    }

    private static String time(String text) {
        try {
            return OffsetDateTime.parse(text).format(GO_TIME);
        } catch (DateTimeException e) {
            throw new CriusException.InvalidArgument("v1Compatibility: \"" + text + "\" is no time", e);
        }
    }

    /** The text without white space between its parts, and without what would be markup in HTML. It has been parsed before. */
    private static String compact(String json) {
        var out = new StringBuilder(json.length());
        boolean inString = false;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c == '\\') {
                out.append(c).append(json.charAt(++i));
            } else if (c == '"') {
                inString = !inString;
                out.append(c);
            } else if (inString || !isSpace(c)) {
                appendSafely(out, c);
            }
        }
        return out.toString();
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }

    private static void appendSafely(StringBuilder out, char c) {
        switch (c) {
            case '<', '>', '&', '\u2028', '\u2029' -> escape(out, c);
            default -> out.append(c);
        }
    }

    private static void escape(StringBuilder out, char c) {
        out.append("\\u").append(HexFormat.of().toHexDigits(c));
    }

    /** The members of a compact object, each value as it is written. Of equal keys the last one counts. */
    private static Map<String, String> members(String object) {
        Map<String, String> members = new TreeMap<>();
        int at = 1;
        while (object.charAt(at) == '"') {
            int colon = end(object, at);
            int end = end(object, colon + 1);
            members.put(unquoted(object.substring(at, colon)), object.substring(colon + 1, end));
            at = object.charAt(end) == ',' ? end + 1 : end;
        }
        return members;
    }

    /** Where the value that begins there is over. */
    private static int end(String text, int start) {
        int depth = 0;
        boolean inString = false;
        int at = start;
        for (; ; at++) {
            char c = text.charAt(at);
            if (c == '\\') {
                at++;
            } else if (c == '"') {
                inString = !inString;
            } else if (!inString) {
                if (depth == 0 && (c == ',' || c == ':' || c == '}' || c == ']')) {
                    return at;
                }
                depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
            }
        }
    }

    private static String unquoted(String quoted) {
        return Json.parse(quoted) instanceof JsonString text ? text.value() : quoted;
    }

    /** As Go writes a string. */
    private static String quoted(String value) {
        var out = new StringBuilder(value.length() + 2).append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c < ' ') {
                        escape(out, c);
                    } else {
                        appendSafely(out, c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }
}
