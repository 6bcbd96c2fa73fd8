package io.crius.oci.json;

import io.crius.model.CriusException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * JSON text to values and back.
 *
 * <p>Malformed text is a {@link CriusException.InvalidArgument} that says line and column (both from 1; the column counts
 * bytes in byte input, chars in strings). One document is one value: anything but white space after it is refused.
 */
public final class Json {
    private Json() {}

    /** Parses UTF-8 with {@link JsonLimits#DEFAULT}. */
    public static JsonValue parse(byte[] utf8) {
        return parse(utf8, JsonLimits.DEFAULT);
    }

    public static JsonValue parse(byte[] utf8, JsonLimits limits) {
        return JsonTreeReader.read(utf8, limits);
    }

    /** Parses a string with {@link JsonLimits#DEFAULT}. */
    public static JsonValue parse(String text) {
        return parse(text, JsonLimits.DEFAULT);
    }

    public static JsonValue parse(String text, JsonLimits limits) {
        return JsonTreeReader.read(text, limits);
    }

    /** Reads the stream to its end, but never more than the limit and one byte, and leaves it open. */
    public static JsonValue parse(InputStream utf8, JsonLimits limits) throws IOException {
        return parse(utf8.readNBytes(limits.documentBytes() + 1), limits);
    }

    /** Parses a document that must be an object; {@code context} names it in errors. */
    public static JsonObject parseObject(byte[] utf8, String context) {
        return parseObject(utf8, context, JsonLimits.DEFAULT);
    }

    public static JsonObject parseObject(byte[] utf8, String context, JsonLimits limits) {
        return Shape.within(context, utf8, bytes -> Shape.object(parse(bytes, limits), null));
    }

    public static JsonObject parseObject(String text, String context) {
        return Shape.within(context, text, string -> Shape.object(parse(string), null));
    }

    /** Compact: one line, no spaces. Lone surrogates become U+FFFD, since UTF-8 has no place for them. */
    public static String write(JsonValue value) {
        return JsonTreeWriter.compact(value);
    }

    /** Compact, as UTF-8. */
    public static byte[] writeBytes(JsonValue value) {
        return write(value).getBytes(StandardCharsets.UTF_8);
    }

    /** For people: a key or item a line, two spaces of indent, no line end after the last line. */
    public static String writePretty(JsonValue value) {
        return JsonTreeWriter.pretty(value);
    }
}
