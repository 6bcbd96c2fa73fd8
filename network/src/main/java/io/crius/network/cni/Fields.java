package io.crius.network.cni;

import io.crius.model.CriusException;
import io.crius.oci.json.JsonBool;
import io.crius.oci.json.JsonObject;
import io.crius.oci.json.JsonString;
import io.crius.oci.json.JsonValue;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** How CNI's JSON is read where it is laxer than other documents. */
final class Fields {
    private Fields() {}

    /** A text; an empty one counts as absent, as it does in the plugins' own reading. */
    static Optional<String> text(JsonObject object, String key) {
        return object.string(key).filter(text -> !text.isEmpty());
    }

    /** Compat: libcni reads the strings "true" and "false" as well. */
    static boolean flag(JsonObject object, String key) {
        return object.value(key).map(value -> flag(value, key)).orElse(false);
    }

    /** The keys of an object of flags that are true. */
    static Set<String> trueKeys(JsonObject object) {
        return object.fields().keySet().stream()
                .filter(key -> flag(object, key))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static boolean flag(JsonValue value, String key) {
        return switch (value) {
            case JsonBool(boolean flag) -> flag;
            case JsonString(String text) when text.equalsIgnoreCase("true") -> true;
            case JsonString(String text) when text.equalsIgnoreCase("false") -> false;
            default -> throw new CriusException.InvalidArgument(key + ": true or false is needed");
        };
    }
}
