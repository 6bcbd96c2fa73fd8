package io.crius.image.trust.policy;

import io.crius.model.CriusException;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
import io.crius.oci.json.JsonString;
import io.crius.oci.json.JsonValue;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A JSON object that has a place in a file and must not have other keys than are asked for. What is wrong is a {@link
 * CriusException.FailedPrecondition} that begins with the place.
 *
 * @param place the file and the way to the object in it
 */
record StrictObject(String place, JsonObject object) {
    StrictObject only(String... keys) {
        var unknown = new TreeSet<>(object.fields().keySet());
        unknown.removeAll(Set.of(keys));
        if (!unknown.isEmpty()) {
            throw wrong("unknown key \"" + unknown.first() + "\"; " + String.join(", ", keys) + " are known here");
        }
        return this;
    }

    CriusException wrong(String what) {
        return new CriusException.FailedPrecondition(place + ": " + what);
    }

    boolean has(String key) {
        return object.has(key);
    }

    /** A text that is there and not empty. */
    String required(String key) {
        return optional(key).orElseThrow(() -> wrong("\"" + key + "\" is missing"));
    }

    /** An empty text is refused as well: it would mean something else than its absence to a reader. */
    Optional<String> optional(String key) {
        if (!object.has(key)) {
            return Optional.empty();
        }
        Optional<JsonValue> value = object.value(key);
        if (value.isPresent() && value.get() instanceof JsonString(String text) && !text.isEmpty()) {
            return Optional.of(text);
        }
        throw wrong("\"" + key + "\" is not a text, or an empty one");
    }

    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (JsonValue item : items(key)) {
            if (!(item instanceof JsonString(String text)) || text.isEmpty()) {
                throw wrong("\"" + key + "\" is not a list of texts");
            }
            texts.add(text);
        }
        return texts;
    }

    /** A list that is not empty. */
    List<JsonValue> items(String key) {
        Optional<JsonValue> value = object.value(key);
        if (value.isPresent() && value.get() instanceof JsonArray(List<JsonValue> items) && !items.isEmpty()) {
            return items;
        }
        throw wrong("\"" + key + "\" is not a list, or an empty one");
    }

    StrictObject child(String key) {
        return of(place + ": " + key, object.value(key).orElseThrow(() -> wrong("\"" + key + "\" is missing")));
    }

    static StrictObject of(String place, JsonValue value) {
        if (value instanceof JsonObject object) {
            return new StrictObject(place, object);
        }
        throw new CriusException.FailedPrecondition(place + ": an object is needed");
    }

    Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new CriusException.FailedPrecondition(place + ": not a path: " + e.getReason(), e);
        }
    }

    String base64(String text) {
        try {
            Base64.getDecoder().decode(text);
            return text;
        } catch (IllegalArgumentException e) {
            throw new CriusException.FailedPrecondition(place + ": not base64: " + e.getMessage(), e);
        }
    }
}
