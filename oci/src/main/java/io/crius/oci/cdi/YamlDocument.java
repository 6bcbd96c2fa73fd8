package io.crius.oci.cdi;

import io.crius.model.CriusException;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonBool;
import io.crius.oci.json.JsonNull;
import io.crius.oci.json.JsonNumber;
import io.crius.oci.json.JsonObject;
import io.crius.oci.json.JsonString;
import io.crius.oci.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** YAML read as the JSON that it stands for. Spec: YAML 1.2, JSON schema. Loaded with the first file in YAML only. */
final class YamlDocument {
    private YamlDocument() {}

    static JsonObject parseObject(byte[] yaml, String context) {
        // Safety: duplicate keys are refused, aliases and size are bounded by the library's defaults.
        LoadSettings settings = LoadSettings.builder().setLabel(context).build();
        try {
            Object document = new Load(settings).loadFromInputStream(new ByteArrayInputStream(yaml));
            if (json(document) instanceof JsonObject object) {
                return object;
            }
        } catch (YamlEngineException e) {
            throw new CriusException.InvalidArgument(context + ": " + oneLine(e.getMessage()), e);
        }
        throw new CriusException.InvalidArgument(context + ": an object is needed");
    }

    private static JsonValue json(@Nullable Object value) {
        return switch (value) {
            case null -> new JsonNull();
            case Map<?, ?> map -> {
                var object = JsonObject.builder();
                map.forEach((key, item) -> object.put(String.valueOf(key), json(item)));
                yield object.build();
            }
            case List<?> list -> JsonArray.of(list, YamlDocument::json);
            case Boolean bool -> new JsonBool(bool);
            case Number number -> number(number);
            default -> new JsonString(value.toString());
        };
    }

    private static JsonValue number(Number number) {
        return new JsonNumber(number.toString());
    }

    private static String oneLine(@Nullable String message) {
        return String.valueOf(message).replaceAll("\\s+", " ").strip();
    }
}
