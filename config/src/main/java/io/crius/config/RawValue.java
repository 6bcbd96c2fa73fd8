package io.crius.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value as it stood in a source, before an option gave it a meaning. */
sealed interface RawValue {
    record Text(String value) implements RawValue {}

    record Whole(long value) implements RawValue {}

    record Truth(boolean value) implements RawValue {}

    record Items(List<RawValue> values) implements RawValue {
        public Items {
            values = List.copyOf(values);
        }
    }

    /** In the order of the source. */
    record Entries(Map<String, RawValue> values) implements RawValue {
        public Entries {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }
    }

    /** A kind of value that no option has: a fraction, a date. */
    record Foreign(String kind) implements RawValue {}

    /** The kind in words, for messages such as "expected an array of strings, found a table". */
    default String kind() {
        return switch (this) {
            case Text _ -> "a string";
            case Whole _ -> "an integer";
            case Truth _ -> "a boolean";
            case Items _ -> "an array";
            case Entries _ -> "a table";
            case Foreign(String kind) -> kind;
        };
    }
}
