package io.crius.oci.json;

import io.crius.model.CriusException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values in the order of the document.
 *
 * <p>The typed getters take an absent key and a {@code null} for the same, as Go programs do; lists and maps are then
 * empty. A value of another type is refused with an {@link CriusException.InvalidArgument} that begins with the key;
 * the readers of nested values put their own key before it: {@code process: user: uid: a number is needed, not a string}.
 */
public final class JsonObject implements JsonValue {
    /** The object without keys. */
    public static final JsonObject EMPTY = new JsonObject(Map.of());

    private final Map<String, JsonValue> fields;

    private JsonObject(Map<String, JsonValue> ownFields) {
        this.fields = ownFields;
    }

    /** An object with a copy of the given fields, in the map's order. */
    public static JsonObject of(Map<String, ? extends JsonValue> fields) {
        return owning(new LinkedHashMap<>(fields));
    }

    /** An object of string values. */
    public static JsonObject ofStrings(Map<String, String> texts) {
        var fields = LinkedHashMap.<String, JsonValue>newLinkedHashMap(texts.size());
        texts.forEach((key, text) -> fields.put(key, new JsonString(text)));
        return owning(fields);
    }

    /** The caller gives the map away; its order is the order of keys. */
    static JsonObject owning(Map<String, JsonValue> fields) {
        return new JsonObject(Collections.unmodifiableMap(fields));
    }

    public static Builder builder() {
        return new Builder(new LinkedHashMap<>());
    }

    /** A builder that begins with these fields; a key put again keeps its place. */
    public Builder toBuilder() {
        return new Builder(new LinkedHashMap<>(fields));
    }

    /** The fields with other keys than these: what a reader does not know and wants to keep. */
    public JsonObject without(Set<String> keys) {
        var rest = new LinkedHashMap<>(fields);
        rest.keySet().removeAll(keys);
        return rest.isEmpty() ? EMPTY : owning(rest);
    }

    public boolean isEmpty() {
        return fields.isEmpty();
    }

    /** Unmodifiable, in the order of the document. */
    public Map<String, JsonValue> fields() {
        return fields;
    }

    public boolean has(String key) {
        return fields.containsKey(key);
    }

    /** The value as it stands, {@link JsonNull} included. */
    public Optional<JsonValue> get(String key) {
        return Optional.ofNullable(fields.get(key));
    }

    /** The value, unless it is null. */
    public Optional<JsonValue> value(String key) {
        JsonValue value = fields.get(key);
        return value instanceof JsonNull ? Optional.empty() : Optional.ofNullable(value);
    }

    public Optional<String> string(String key) {
        return value(key).map(value -> Shape.string(value, key));
    }

    /** A string that means something: the parser's refusal is reported with the key. */
    public <T> Optional<T> string(String key, Function<? super String, ? extends T> parser) {
        return string(key).map(text -> Shape.within(key, text, parser));
    }

    public OptionalLong integer(String key) {
        Optional<JsonNumber> number = number(key);
        return number.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Shape.within(key, number.get(), JsonNumber::longValue));
    }

    public OptionalInt integer32(String key) {
        Optional<JsonNumber> number = number(key);
        return number.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(Shape.within(key, number.get(), JsonNumber::intValue));
    }

    /** The bits of a Go {@code uint64}. */
    public OptionalLong unsigned(String key) {
        Optional<JsonNumber> number = number(key);
        return number.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Shape.within(key, number.get(), JsonNumber::unsignedLongValue));
    }

    public Optional<JsonNumber> number(String key) {
        return value(key).map(value -> Shape.number(value, key));
    }

    public Optional<Boolean> bool(String key) {
        return value(key).map(value -> Shape.bool(value, key));
    }

    /** Whether the key is there and true. */
    public boolean flag(String key) {
        return bool(key).orElse(false);
    }

    public Optional<JsonObject> object(String key) {
        return value(key).map(value -> Shape.object(value, key));
    }

    public <T> Optional<T> object(String key, Function<? super JsonObject, ? extends T> reader) {
        return object(key).map(object -> Shape.within(key, object, reader));
    }

    public Optional<JsonArray> array(String key) {
        return value(key).map(value -> Shape.array(value, key));
    }

    /** One thing for each item; {@code null} items are handed to the reader as {@link JsonNull}. */
    public <T> List<T> items(String key, Function<? super JsonValue, ? extends T> reader) {
        return array(key).map(array -> Shape.<T>list(key, array, reader)).orElse(List.of());
    }

    public List<String> strings(String key) {
        return array(key)
                .map(array -> Shape.list(key, array, value -> Shape.string(value, null)))
                .orElse(List.of());
    }

    /** A list of strings that mean something. */
    public <T> List<T> strings(String key, Function<? super String, ? extends T> parser) {
        return items(key, value -> parser.apply(Shape.string(value, null)));
    }

    public <T> List<T> numbers(String key, Function<JsonNumber, ? extends T> reader) {
        return items(key, value -> reader.apply(Shape.number(value, null)));
    }

    public List<JsonObject> objects(String key) {
        return objects(key, Function.identity());
    }

    public <T> List<T> objects(String key, Function<? super JsonObject, ? extends T> reader) {
        return items(key, value -> reader.apply(Shape.object(value, null)));
    }

    /** The string values of an object, in order. */
    public Map<String, String> stringMap(String key) {
        return object(key)
                .map(object -> Shape.within(key, object, Shape::stringMap))
                .orElse(Map.of());
    }

    /** The values of an object, each read from an object, in order. */
    public <T> Map<String, T> objectMap(String key, Function<? super JsonObject, ? extends T> reader) {
        return object(key)
                .map(object -> Shape.within(key, object, map -> Shape.<T>objectMap(map, reader)))
                .orElse(Map.of());
    }

    /** The string, which must be there; {@code context} names the document in the error. */
    public String requireString(String key, String context) {
        return string(key).orElseThrow(() -> missing(key, context));
    }

    /** The whole number, which must be there. */
    public long requireInteger(String key, String context) {
        return integer(key).orElseThrow(() -> missing(key, context));
    }

    /** The object, which must be there. */
    public JsonObject requireObject(String key, String context) {
        return object(key).orElseThrow(() -> missing(key, context));
    }

    private static CriusException missing(String key, String context) {
        return new CriusException.InvalidArgument(context + ": \"" + key + "\" is missing");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JsonObject that && fields.equals(that.fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    /** The object as compact JSON. */
    @Override
    public String toString() {
        return Json.write(this);
    }

    /**
     * Collects fields in order. Not safe for several threads. The methods that take an {@link Optional}, a list, a map
     * or a flag leave the key out when there is nothing to say, as {@code omitempty} does in Go.
     */
    public static final class Builder {
        private Map<String, JsonValue> fields;

        private Builder(Map<String, JsonValue> fields) {
            this.fields = fields;
        }

        public Builder put(String key, JsonValue value) {
            fields.put(key, value);
            return this;
        }

        public Builder put(String key, String text) {
            return put(key, new JsonString(text));
        }

        public Builder put(String key, long number) {
            return put(key, JsonNumber.of(number));
        }

        public Builder put(String key, boolean value) {
            return put(key, new JsonBool(value));
        }

        public Builder put(String key, Optional<String> text) {
            text.ifPresent(value -> put(key, value));
            return this;
        }

        public Builder put(String key, OptionalLong number) {
            number.ifPresent(value -> put(key, value));
            return this;
        }

        public Builder put(String key, OptionalInt number) {
            number.ifPresent(value -> put(key, value));
            return this;
        }

        public <T> Builder put(String key, Optional<T> thing, Function<? super T, ? extends JsonValue> toJson) {
            thing.ifPresent(value -> put(key, toJson.apply(value)));
            return this;
        }

        public Builder flag(String key, boolean value) {
            return value ? put(key, true) : this;
        }

        /** The object, unless it has no keys. */
        public Builder object(String key, JsonObject object) {
            return object.isEmpty() ? this : put(key, object);
        }

        public Builder putAll(JsonObject more) {
            return putAll(more.fields());
        }

        public Builder strings(String key, List<String> texts) {
            return texts.isEmpty() ? this : put(key, JsonArray.ofStrings(texts));
        }

        public <T> Builder list(String key, List<T> things, Function<? super T, ? extends JsonValue> toJson) {
            return things.isEmpty() ? this : put(key, JsonArray.of(things, toJson));
        }

        public Builder stringMap(String key, Map<String, String> texts) {
            return texts.isEmpty() ? this : put(key, JsonObject.ofStrings(texts));
        }

        public Builder putAll(Map<String, ? extends JsonValue> more) {
            fields.putAll(more);
            return this;
        }

        public Builder remove(String key) {
            fields.remove(key);
            return this;
        }

        /** The object; the builder stays usable and no longer affects it. */
        public JsonObject build() {
            JsonObject built = owning(fields);
            fields = new LinkedHashMap<>(fields);
            return built;
        }
    }
}
