package io.crius.config;

/**
 * A value that some source gave to an option.
 *
 * @param table the dotted name of the table, with the handler's or workload's name in it
 */
public record Setting<T>(String table, Option<T> option, T value, Origin origin) {
    /** The full key, for example {@code crio.runtime.log_level}. */
    public String key() {
        return table + "." + option.key();
    }

    boolean differsFromDefault() {
        return !value.equals(option.defaultValue());
    }
}
