package io.crius.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The values in force, for whoever shows them in another form than TOML. */
public final class ConfigValues {
    private ConfigValues() {}

    /**
     * By the dotted name of each table, then by key. A value is a {@link Boolean}, a {@link Long}, a {@link String}, a
     * {@link List} of strings or a {@link Map} of these, as it would stand in a file.
     */
    public static Map<String, Map<String, Object>> of(CriusConfig config) {
        Map<String, Map<String, Object>> tables = new LinkedHashMap<>();
        for (Settings table : config.tables()) {
            Map<String, Object> values = new LinkedHashMap<>();
            table.all().forEach(setting -> values.put(setting.option().key(), plain(setting)));
            tables.put(table.table(), values);
        }
        return tables;
    }

    private static <T> Object plain(Setting<T> setting) {
        String document = "value = " + setting.option().type().toToml(setting.value());
        RawValue value = TomlCodec.parse(document, (_, _) -> Origin.DEFAULT, new Findings())
                .flatMap(parsed -> Optional.ofNullable(parsed.root().values().get("value")))
                .orElseThrow(() -> new IllegalStateException("not TOML: " + document));
        return plain(value);
    }

    private static Object plain(RawValue value) {
        return switch (value) {
            case RawValue.Text(String text) -> text;
            case RawValue.Whole(long number) -> number;
            case RawValue.Truth(boolean truth) -> truth;
            case RawValue.Items(List<RawValue> items) ->
                items.stream().map(ConfigValues::plain).toList();
            case RawValue.Entries(Map<String, RawValue> entries) ->
                entries.entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, entry -> plain(entry.getValue())));
            case RawValue.Foreign(String kind) -> throw new IllegalStateException("no option holds " + kind);
        };
    }
}
