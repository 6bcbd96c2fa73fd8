package io.crius.daemon;

import io.crius.config.ConfigValues;
import io.crius.config.CriusConfig;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonBool;
import io.crius.oci.json.JsonNumber;
import io.crius.oci.json.JsonObject;
import io.crius.oci.json.JsonString;
import io.crius.oci.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The configuration in force as JSON: tables within tables, as crio.conf has them. */
final class ConfigJson {
    private static final String ROOT = "crio";

    private ConfigJson() {}

    /** What is in {@code [crio]}; the table {@code [crius]} is in it as well. */
    static JsonObject of(CriusConfig config) {
        Map<String, Object> root = new TreeMap<>();
        ConfigValues.of(config).forEach((table, values) -> {
            Map<String, Object> place = root;
            for (String name : table.split("\\.", -1)) {
                place = name.equals(ROOT) ? place : below(place, name);
            }
            place.putAll(values);
        });
        return (JsonObject) json(root);
    }

    @SuppressWarnings("unchecked") // only this puts maps there
    private static Map<String, Object> below(Map<String, Object> place, String name) {
        return (Map<String, Object>) Objects.requireNonNull(place.computeIfAbsent(name, _ -> new TreeMap<>()));
    }

    private static JsonValue json(Object value) {
        return switch (value) {
            case Boolean truth -> new JsonBool(truth);
            case Long number -> JsonNumber.of(number);
            case List<?> items -> JsonArray.of(items, ConfigJson::json);
            case Map<?, ?> entries -> object(entries);
            default -> new JsonString(value.toString());
        };
    }

    private static JsonObject object(Map<?, ?> entries) {
        var object = JsonObject.builder();
        entries.forEach((key, value) -> object.put(String.valueOf(key), json(value)));
        return object.build();
    }
}
