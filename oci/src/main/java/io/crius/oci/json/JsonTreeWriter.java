package io.crius.oci.json;

import java.util.List;
import java.util.Map;

/** Writes values into one growing text. */
final class JsonTreeWriter {
    private static final String INDENT = "  ";
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final StringBuilder out = new StringBuilder(1024);
    private final boolean pretty;
    private int depth;

    private JsonTreeWriter(boolean pretty) {
        this.pretty = pretty;
    }

    static String compact(JsonValue value) {
        return write(value, new JsonTreeWriter(false));
    }

    static String pretty(JsonValue value) {
        return write(value, new JsonTreeWriter(true));
    }

    private static String write(JsonValue value, JsonTreeWriter writer) {
        writer.value(value);
        return writer.out.toString();
    }

    private void value(JsonValue value) {
        switch (value) {
            case JsonObject object -> object(object.fields());
            case JsonArray(List<JsonValue> items) -> array(items);
            case JsonString(String text) -> string(text);
            case JsonNumber(String text) -> out.append(text);
            case JsonBool(boolean bool) -> out.append(bool);
            case JsonNull _ -> out.append("null");
        }
    }

    private void object(Map<String, JsonValue> fields) {
        open('{');
        boolean first = true;
        for (Map.Entry<String, JsonValue> field : fields.entrySet()) {
            next(first);
            first = false;
            string(field.getKey());
            out.append(pretty ? ": " : ":");
            value(field.getValue());
        }
        close('}', first);
    }

    private void array(List<JsonValue> items) {
        open('[');
        boolean first = true;
        for (JsonValue item : items) {
            next(first);
            first = false;
            value(item);
        }
        close(']', first);
    }

    private void open(char bracket) {
        out.append(bracket);
        depth++;
    }

    private void next(boolean first) {
        if (!first) {
            out.append(',');
        }
        breakLine();
    }

    private void close(char bracket, boolean empty) {
        depth--;
        if (!empty) {
            breakLine();
        }
        out.append(bracket);
    }

    private void breakLine() {
        if (pretty) {
            out.append('\n').repeat(INDENT, depth);
        }
    }

    /** Copies runs that need no escape at once: most strings have none. */
    private void string(String text) {
        out.append('"');
        int copied = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c)) {
                continue;
            }
            if (isPair(text, i)) {
                i++;
                continue;
            }
            out.append(text, copied, i);
            escape(c);
            copied = i + 1;
        }
        out.append(text, copied, text.length()).append('"');
    }

    private static boolean isPair(String text, int at) {
        return at + 1 < text.length() && Character.isSurrogatePair(text.charAt(at), text.charAt(at + 1));
    }

    private void escape(char c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                if (Character.isSurrogate(c)) {
                    out.append('\uFFFD');
                } else {
                    out.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 0xF]);
                }
            }
        }
    }
}
