package io.crius.daemon.cli.text;

import io.crius.model.CriusException;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonBool;
import io.crius.oci.json.JsonNull;
import io.crius.oci.json.JsonNumber;
import io.crius.oci.json.JsonObject;
import io.crius.oci.json.JsonString;
import io.crius.oci.json.JsonValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** YAML to values and back. */
public final class YamlCodec {
    private static final int ALIASES = 50;
    private static final int WIDTH = 4096;

    private YamlCodec() {}

    /**
     * The one document of the text.
     *
     * @throws CriusException.InvalidArgument for malformed text, with its place
     */
    public static JsonValue parse(String text, String name) {
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(name)
                    .setMaxAliasesForCollections(ALIASES)
                    .build();
            return value(new Load(settings).loadFromString(text));
        } catch (YamlEngineException e) {
            throw new CriusException.InvalidArgument(name + ": " + e.getMessage(), e);
        }
    }

    /** Compat: keys in the order of letters, lists not indented, as crictl prints it. */
    public static String write(JsonValue value) {
        DumpSettings settings = DumpSettings.builder()
                .setDefaultFlowStyle(FlowStyle.BLOCK)
                .setWidth(WIDTH)
                .build();
        return new Dump(settings).dumpToString(plain(value));
    }

    private static JsonValue value(@Nullable Object yaml) {
        return switch (yaml) {
            case null -> new JsonNull();
            case Map<?, ?> map -> object(map);
            case List<?> list ->
                new JsonArray(list.stream().map(YamlCodec::value).toList());
            case Boolean bool -> new JsonBool(bool);
            case Double number when !Double.isFinite(number) -> new JsonString(number.toString());
            case Number number -> new JsonNumber(number.toString());
            default -> new JsonString(yaml.toString());
        };
    }

    private static JsonObject object(Map<?, ?> map) {
        var fields = new LinkedHashMap<String, JsonValue>();
        map.forEach((key, value) -> fields.put(String.valueOf(key), value(value)));
        return JsonObject.of(fields);
    }

    private static @Nullable Object plain(JsonValue value) {
        return switch (value) {
            case JsonObject object -> {
                var map = new TreeMap<String, @Nullable Object>();
                object.fields().forEach((key, field) -> map.put(key, plain(field)));
                yield map;
            }
            case JsonArray(List<JsonValue> items) -> {
                var list = new ArrayList<@Nullable Object>();
                items.forEach(item -> list.add(plain(item)));
                yield list;
            }
            case JsonString(String text) -> text;
            case JsonNumber(String text) -> number(text);
            case JsonBool(boolean bool) -> bool;
            case JsonNull _ -> null;
        };
    }

    private static Number number(String text) {
        boolean whole = text.chars().allMatch(c -> c == '-' || Character.isDigit(c));
        return whole ? new BigInteger(text) : new BigDecimal(text);
    }
}
