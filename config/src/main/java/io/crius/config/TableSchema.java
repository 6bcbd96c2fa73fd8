package io.crius.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The options of one TOML table.
 *
 * @param name the dotted name; a last part of {@code *} stands for any name, as in {@code crio.runtime.runtimes.*}
 * @param summary one sentence for the printed configuration and the reference
 */
record TableSchema(String name, String summary, List<Option<?>> options, Map<String, Option<?>> byKey) {
    static final String ANY = "*";

    static TableSchema of(String name, String summary, Option<?>... options) {
        List<Option<?>> ordered = List.of(options);
        return new TableSchema(
                name, summary, ordered, ordered.stream().collect(Collectors.toMap(Option::key, Function.identity())));
    }

    Optional<Option<?>> option(String key) {
        return Optional.ofNullable(byKey.get(key));
    }

    boolean isNamed() {
        return name.endsWith("." + ANY);
    }

    /** The dotted name with the wildcard filled in. */
    String instance(String member) {
        return name.substring(0, name.length() - ANY.length()) + member;
    }
}
