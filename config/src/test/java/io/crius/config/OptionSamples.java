package io.crius.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** For any option a TOML literal that differs from its default. */
final class OptionSamples {
    private static final Map<String, String> BY_TYPE = Map.ofEntries(
            Map.entry("string", "\"sample\""),
            Map.entry("name", "\"sample\""),
            Map.entry("absolute path", "\"/sample\""),
            Map.entry("absolute path or empty", "\"/sample\""),
            Map.entry("array of strings", "[\"sample\"]"),
            Map.entry("array of strings, to which every source adds", "[\"sample\"]"),
            Map.entry("array of absolute paths", "[\"/sample\"]"),
            Map.entry("array of name=value", "[\"SAMPLE=1\"]"),
            Map.entry("array of name=soft:hard", "[\"nofile=1:2\"]"),
            Map.entry("table of strings", "{\"sample\" = \"1\"}"),
            Map.entry("table of scalars", "{\"sample\" = 1}"),
            Map.entry("duration", "\"77s\""),
            Map.entry("size in bytes", "\"77MiB\""),
            Map.entry("port number", "\"77\""));

    private OptionSamples() {}

    static String literal(Option<?> option) {
        String type = option.type().name();
        return switch (option.defaultValue()) {
            case Boolean value -> Boolean.toString(!value);
            case Long value when type.equals("integer") -> Long.toString(value == -1 ? 9000 : value + 1);
            case Duration value when type.equals("seconds") -> Long.toString(value.toSeconds() + 1);
            default ->
                type.startsWith("one of ") ? otherWord(option) : BY_TYPE.getOrDefault(type, "no sample for " + type);
        };
    }

    private static <T> String otherWord(Option<T> option) {
        String usual = option.type().toToml(option.defaultValue());
        List<String> words =
                List.of(option.type().name().substring("one of ".length()).split(", "));
        return words.stream().filter(word -> !word.equals(usual)).findFirst().orElseThrow();
    }
}
