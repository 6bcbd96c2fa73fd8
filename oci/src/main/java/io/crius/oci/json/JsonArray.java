package io.crius.oci.json;

import java.util.List;
import java.util.function.Function;

/** A list of values. */
public record JsonArray(List<JsonValue> items) implements JsonValue {
    public JsonArray {
        items = List.copyOf(items);
    }

    /** An array of strings. */
    public static JsonArray ofStrings(List<String> texts) {
        return of(texts, JsonString::new);
    }

    /** An array with one item for each of the given things. */
    public static <T> JsonArray of(List<T> things, Function<? super T, ? extends JsonValue> toJson) {
        return new JsonArray(things.stream().<JsonValue>map(toJson).toList());
    }
}
