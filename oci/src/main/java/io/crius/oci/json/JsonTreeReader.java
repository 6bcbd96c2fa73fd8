package io.crius.oci.json;

import io.crius.model.CriusException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** Builds the tree from the parser's tokens, by recursion as deep as the document nests. */
final class JsonTreeReader {
    /** Size and depth are checked here, per document; what remains of Jackson's own limits bounds single tokens. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private static final JsonNull NULL = new JsonNull();
    private static final JsonBool TRUE = new JsonBool(true);
    private static final JsonBool FALSE = new JsonBool(false);

    private final JsonParser parser;
    private final JsonLimits limits;

    private JsonTreeReader(JsonParser parser, JsonLimits limits) {
        this.parser = parser;
        this.limits = limits;
    }

    static JsonValue read(byte[] utf8, JsonLimits limits) {
        checkSize(utf8.length, limits);
        checkEncoding(utf8);
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), utf8)) {
            return new JsonTreeReader(parser, limits).document();
        }
    }

    static JsonValue read(String text, JsonLimits limits) {
        checkSize(text.length(), limits);
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            return new JsonTreeReader(parser, limits).document();
        }
    }

    private static void checkSize(int size, JsonLimits limits) {
        if (size > limits.documentBytes()) {
            throw new CriusException.InvalidArgument(
                    "JSON document is larger than " + limits.documentBytes() + " bytes");
        }
    }

    /** Safety: the parser would guess UTF-16 and UTF-32; other readers of the same file would not. */
    private static void checkEncoding(byte[] utf8) {
        for (int i = 0; i < Math.min(4, utf8.length); i++) {
            if (utf8[i] == 0 || utf8[i] == (byte) 0xFE || utf8[i] == (byte) 0xFF) {
                throw new CriusException.InvalidArgument("invalid JSON at line 1, column " + (i + 1) + ": not UTF-8");
            }
        }
    }

    private JsonValue document() {
        try {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw invalid("the document is empty");
            }
            JsonValue value = value(first, 0);
            if (parser.nextToken() != null) {
                throw invalid("something follows the end of the document");
            }
            return value;
        } catch (JacksonException e) {
            throw invalid(e);
        }
    }

    private JsonValue value(JsonToken token, int depth) {
        return switch (token) {
            case START_OBJECT -> object(depth + 1);
            case START_ARRAY -> array(depth + 1);
            case VALUE_STRING -> new JsonString(parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonNumber(parser.getString());
            case VALUE_TRUE -> TRUE;
            case VALUE_FALSE -> FALSE;
            case VALUE_NULL -> NULL;
            default -> throw invalid("unexpected " + token);
        };
    }

    private JsonObject object(int depth) {
        checkDepth(depth);
        var fields = new LinkedHashMap<String, JsonValue>();
        for (String key = parser.nextName(); key != null; key = parser.nextName()) {
            refuseDuplicate(key, fields);
            fields.put(key, value(parser.nextToken(), depth));
        }
        return fields.isEmpty() ? JsonObject.EMPTY : JsonObject.owning(fields);
    }

    private JsonArray array(int depth) {
        checkDepth(depth);
        List<JsonValue> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            items.add(value(token, depth));
        }
        return new JsonArray(items);
    }

    private void refuseDuplicate(String key, Map<String, JsonValue> fields) {
        if (limits.duplicateKeys() == JsonLimits.DuplicateKeys.REFUSED && fields.containsKey(key)) {
            throw invalid("key \"" + key + "\" stands twice in one object");
        }
    }

    private void checkDepth(int depth) {
        if (depth > limits.depth()) {
            throw invalid("nested deeper than " + limits.depth() + " levels");
        }
    }

    private CriusException invalid(String problem) {
        return new CriusException.InvalidArgument(message(parser.currentTokenLocation(), problem));
    }

    private static CriusException invalid(JacksonException e) {
        return new CriusException.InvalidArgument(message(e.getLocation(), e.getOriginalMessage()), e);
    }

    private static String message(@Nullable TokenStreamLocation at, String problem) {
        String place = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        return "invalid JSON" + place + ": " + problem;
    }
}
