package io.crius.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The values of one table: what the sources set, and the default of every other option. Immutable; two are equal when
 * they were set alike.
 */
public final class Settings {
    private final String table;
    private final TableSchema schema;
    private final Map<String, Setting<?>> set;

    private Settings(String table, TableSchema schema, Map<String, Setting<?>> set) {
        this.table = table;
        this.schema = schema;
        this.set = Map.copyOf(set);
    }

    static Settings defaults(TableSchema schema) {
        return new Settings(schema.name(), schema, Map.of());
    }

    /** The defaults of a handler or workload, whose table is {@code name}. */
    static Settings named(TableSchema schema, String name) {
        return new Settings(name, schema, Map.of());
    }

    /** The dotted name of the table these are the values of. */
    public String table() {
        return table;
    }

    public <T> T get(Option<T> option) {
        return setting(option).value();
    }

    /** Where the value in force comes from. */
    public Origin origin(Option<?> option) {
        return setting(option).origin();
    }

    /** Whether any source mentions the option, be it with its default value. */
    public boolean isSet(Option<?> option) {
        return set.containsKey(option.key()) && !(origin(option) instanceof Origin.BuiltIn);
    }

    /** These settings with one more; for tests and for callers that compute a value. */
    public <T> Settings with(Option<T> option, T value) {
        return with(option, value, Origin.DEFAULT);
    }

    <T> Settings with(Option<T> option, T value, Origin origin) {
        Map<String, Setting<?>> changed = new LinkedHashMap<>(set);
        changed.put(option.key(), new Setting<>(table, option, value, origin));
        return new Settings(table, schema, changed);
    }

    /** What the sources set, in the order of the schema. */
    List<Setting<?>> explicit() {
        return schema.options().stream()
                .filter(this::isSet)
                .<Setting<?>>map(this::setting)
                .toList();
    }

    /** Every option with its value in force, in the order of the schema. */
    List<Setting<?>> all() {
        return schema.options().stream().<Setting<?>>map(this::setting).toList();
    }

    TableSchema schema() {
        return schema;
    }

    // A key is only ever stored together with a value read by, or checked against, the very same option.
    @SuppressWarnings("unchecked")
    <T> Setting<T> setting(Option<T> option) {
        if (!schema.byKey().containsKey(option.key())) {
            throw new IllegalArgumentException("[" + table + "] has no option " + option.key());
        }
        return Optional.ofNullable((Setting<T>) set.get(option.key()))
                .orElseGet(() -> new Setting<>(table, option, option.defaultValue(), Origin.DEFAULT));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Settings that && table.equals(that.table) && set.equals(that.set);
    }

    @Override
    public int hashCode() {
        return 31 * table.hashCode() + set.hashCode();
    }

    @Override
    public String toString() {
        return "[" + table + "] " + set.values();
    }
}
