package io.crius.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** The only place that knows the TOML library. */
final class TomlCodec {
    /**
     * A document and where its parts are.
     *
     * @param origins from the parts of a key to its place
     */
    record Document(RawValue.Entries root, Function<List<String>, Origin> origins) {}

    private TomlCodec() {}

    /**
     * Reads a document.
     *
     * @param place makes an origin of a line and a column
     * @return nothing where the text is not TOML; the problems are in {@code findings} then
     */
    static Optional<Document> parse(String text, BiFunction<Integer, Integer, Origin> place, Findings findings) {
        TomlParseResult result = Toml.parse(text);
        if (result.hasErrors()) {
            for (TomlParseError error : result.errors()) {
                findings.problem(
                        place.apply(error.position().line(), error.position().column()), "", message(error));
            }
            return Optional.empty();
        }
        return Optional.of(new Document(table(result), path -> {
            TomlPosition position = result.inputPositionOf(path);
            return position == null ? place.apply(1, 1) : place.apply(position.line(), position.column());
        }));
    }

    private static String message(TomlParseError error) {
        String message = error.getMessage();
        return message == null ? "not TOML" : message;
    }

    private static RawValue.Entries table(TomlTable table) {
        Map<String, RawValue> values = new LinkedHashMap<>();
        table.entrySet().forEach(entry -> values.put(entry.getKey(), value(entry.getValue())));
        return new RawValue.Entries(values);
    }

    private static RawValue value(Object value) {
        return switch (value) {
            case String text -> new RawValue.Text(text);
            case Long whole -> new RawValue.Whole(whole);
            case Boolean truth -> new RawValue.Truth(truth);
            case TomlArray array ->
                new RawValue.Items(IntStream.range(0, array.size())
                        .mapToObj(i -> value(array.get(i)))
                        .toList());
            case TomlTable table -> table(table);
            case Double _ -> new RawValue.Foreign("a fraction");
            default -> new RawValue.Foreign("a date or time");
        };
    }
}
