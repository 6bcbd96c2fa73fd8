package io.crius.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Finding tables and options by name. */
final class Schemas {
    private Schemas() {}

    /** The schema of exactly this table. */
    static Optional<TableSchema> of(List<String> path) {
        return CriusConfig.SCHEMAS.stream()
                .filter(schema -> parts(schema).size() == path.size() && leadsTo(path, schema))
                .findFirst();
    }

    /** Whether the path is a table or leads to one. */
    static boolean isTable(List<String> path) {
        return CriusConfig.SCHEMAS.stream().anyMatch(schema -> leadsTo(path, schema));
    }

    /** What the user may have meant by a key that does not exist: a like one beside it, or the same one elsewhere. */
    static String suggestionFor(List<String> path) {
        String typed = path.getLast();
        List<String> table = path.subList(0, path.size() - 1);
        return Suggestion.nearest(neighbours(table), typed)
                .map(word -> "; did you mean \"" + word + "\"?")
                .or(() -> elsewhere(typed).map(schema -> "; \"" + typed + "\" belongs to [" + schema.name() + "]"))
                .orElse("");
    }

    private static Optional<TableSchema> elsewhere(String key) {
        return CriusConfig.SCHEMAS.stream()
                .filter(schema -> schema.option(key).isPresent())
                .findFirst();
    }

    private static List<String> neighbours(List<String> table) {
        List<String> keys = new ArrayList<>();
        of(table).ifPresent(schema -> schema.options().forEach(option -> keys.add(option.key())));
        CriusConfig.SCHEMAS.stream()
                .filter(schema -> parts(schema).size() > table.size() && leadsTo(table, schema))
                .map(schema -> parts(schema).get(table.size()))
                .filter(part -> !part.equals(TableSchema.ANY))
                .distinct()
                .forEach(keys::add);
        return keys;
    }

    private static boolean leadsTo(List<String> path, TableSchema schema) {
        List<String> parts = parts(schema);
        return parts.size() >= path.size()
                && IntStream.range(0, path.size())
                        .allMatch(i -> parts.get(i).equals(TableSchema.ANY)
                                || parts.get(i).equals(path.get(i)));
    }

    private static List<String> parts(TableSchema schema) {
        return List.of(schema.name().split("\\."));
    }
}
