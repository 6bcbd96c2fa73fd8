package io.crius.oci.json;

import io.crius.model.CriusException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Values as the types a document's owner expects, and errors that say where another one stands. */
final class Shape {
    private Shape() {}

    static String string(JsonValue value, @Nullable String key) {
        if (value instanceof JsonString(String text)) {
            return text;
        }
        throw mismatch("a string", value, key);
    }

    static JsonNumber number(JsonValue value, @Nullable String key) {
        if (value instanceof JsonNumber number) {
            return number;
        }
        throw mismatch("a number", value, key);
    }

    static boolean bool(JsonValue value, @Nullable String key) {
        if (value instanceof JsonBool(boolean bool)) {
            return bool;
        }
        throw mismatch("true or false", value, key);
    }

    static JsonObject object(JsonValue value, @Nullable String key) {
        if (value instanceof JsonObject object) {
            return object;
        }
        throw mismatch("an object", value, key);
    }

    static JsonArray array(JsonValue value, @Nullable String key) {
        if (value instanceof JsonArray array) {
            return array;
        }
        throw mismatch("a list", value, key);
    }

    static Map<String, String> stringMap(JsonObject object) {
        var texts =
                LinkedHashMap.<String, String>newLinkedHashMap(object.fields().size());
        object.fields().forEach((key, value) -> texts.put(key, string(value, key)));
        return Collections.unmodifiableMap(texts);
    }

    static <T> Map<String, T> objectMap(JsonObject object, Function<? super JsonObject, ? extends T> reader) {
        var things = LinkedHashMap.<String, T>newLinkedHashMap(object.fields().size());
        object.fields().forEach((key, value) -> things.put(key, within(key, object(value, key), reader)));
        return Collections.unmodifiableMap(things);
    }

    static <T> List<T> list(String key, JsonArray array, Function<? super JsonValue, ? extends T> reader) {
        var things = new ArrayList<T>(array.items().size());
        for (JsonValue item : array.items()) {
            things.add(element(key, things.size(), item, reader));
        }
        return List.copyOf(things);
    }

    private static <T> T element(
            String key, int index, JsonValue item, Function<? super JsonValue, ? extends T> reader) {
        try {
            return reader.apply(item);
        } catch (CriusException.InvalidArgument e) {
            throw placed(key + "[" + index + "]", e);
        }
    }

    /** Applies the reader and puts the place before the message of its refusal. */
    static <A, T> T within(String place, A value, Function<? super A, ? extends T> reader) {
        try {
            return reader.apply(value);
        } catch (CriusException.InvalidArgument e) {
            throw placed(place, e);
        }
    }

    private static CriusException.InvalidArgument placed(String place, CriusException.InvalidArgument e) {
        return new CriusException.InvalidArgument(place + ": " + e.getMessage(), e);
    }

    private static CriusException mismatch(String wanted, JsonValue found, @Nullable String key) {
        String place = key == null ? "" : key + ": ";
        return new CriusException.InvalidArgument(place + wanted + " is needed, not " + name(found));
    }

    private static String name(JsonValue value) {
        return switch (value) {
            case JsonObject _ -> "an object";
            case JsonArray _ -> "a list";
            case JsonString _ -> "a string";
            case JsonNumber _ -> "a number";
            case JsonBool(boolean bool) -> Boolean.toString(bool);
            case JsonNull _ -> "null";
        };
    }
}
