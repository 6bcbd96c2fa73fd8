package io.crius.config;

import java.util.Locale;
import java.util.Optional;

/**
 * One key of one table: everything that reading, defaulting, printing and documenting it needs.
 *
 * @param flag the command line flag without its dashes
 * @param description one or two sentences for the printed configuration and the reference
 */
public record Option<T>(
        String key,
        ValueType<T> type,
        T defaultValue,
        String description,
        Support support,
        Merge merge,
        String flag,
        Optional<String> deprecation) {

    /** Whether setting the option has an effect in this version. */
    public enum Support {
        HONOURED,
        /** Read and checked, so that a user's file loads, but without an effect yet. */
        PENDING,
        /** Accepted for compatibility and of no effect by intention. */
        WITHOUT_EFFECT
    }

    /** What a later source does to the value of an earlier one. */
    public enum Merge {
        REPLACE,
        /** Lists: both, in order, without duplicates. */
        APPEND
    }

    static <T> Option<T> of(String key, ValueType<T> type, T defaultValue, String description) {
        String flag = key.replace('_', '-');
        return new Option<>(
                key, type, defaultValue, description, Support.HONOURED, Merge.REPLACE, flag, Optional.empty());
    }

    Option<T> pending() {
        return new Option<>(key, type, defaultValue, description, Support.PENDING, merge, flag, deprecation);
    }

    Option<T> withoutEffect(String why) {
        return new Option<>(
                key, type, defaultValue, description, Support.WITHOUT_EFFECT, merge, flag, Optional.of(why));
    }

    Option<T> deprecated(String instead) {
        return new Option<>(key, type, defaultValue, description, support, merge, flag, Optional.of(instead));
    }

    Option<T> appending() {
        return new Option<>(key, type, defaultValue, description, support, Merge.APPEND, flag, deprecation);
    }

    Option<T> flag(String name) {
        return new Option<>(key, type, defaultValue, description, support, merge, name, deprecation);
    }

    /** Compat: CRI-O takes most options from the environment as well, named after the flag. */
    String environmentVariable() {
        return "CONTAINER_" + flag.replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
