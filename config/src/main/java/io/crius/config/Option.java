package io.crius.config;

import java.util.Optional;

/**
 * One key of one table: everything that reading, defaulting, printing and documenting it needs.
 *
 * @param flag the command line flag without its dashes; empty where there is none
 * @param description one or two sentences for the printed configuration and the reference
 */
public record Option<T>(
        String key,
        ValueType<T> type,
        T defaultValue,
        String description,
        Support support,
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

    static <T> Option<T> of(String key, ValueType<T> type, T defaultValue, String description) {
        String flag = key.replace('_', '-');
        return new Option<>(key, type, defaultValue, description, Support.HONOURED, flag, Optional.empty());
    }

    Option<T> pending() {
        return new Option<>(key, type, defaultValue, description, Support.PENDING, flag, deprecation);
    }

    Option<T> withoutEffect(String why) {
        return new Option<>(key, type, defaultValue, description, Support.WITHOUT_EFFECT, flag, Optional.of(why));
    }

    /** Has an effect still, though something else replaces it. */
    Option<T> deprecated(String instead) {
        return new Option<>(key, type, defaultValue, description, support, flag, Optional.of(instead));
    }

    Option<T> flag(String name) {
        return new Option<>(key, type, defaultValue, description, support, name, deprecation);
    }
}
