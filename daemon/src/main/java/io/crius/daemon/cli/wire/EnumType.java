package io.crius.daemon.cli.wire;

import java.util.Map;
import java.util.Optional;

/** An enumeration: names by numbers. */
record EnumType(Map<Integer, String> names) {
    EnumType {
        names = Map.copyOf(names);
    }

    /** The name, or the number where it has none. */
    String name(int number) {
        return names.getOrDefault(number, Integer.toString(number));
    }

    Optional<Integer> number(String name) {
        return names.entrySet().stream()
                .filter(entry -> entry.getValue().equalsIgnoreCase(name))
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
