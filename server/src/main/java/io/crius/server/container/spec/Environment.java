package io.crius.server.container.spec;

import io.crius.server.state.EnvironmentVariable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The environment under construction: an entry set later replaces an earlier one of the same name and keeps its place.
 */
final class Environment {
    /** What a container has for PATH where nobody says another. */
    static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Map<String, String> values = new LinkedHashMap<>();

    Environment set(String name, String value) {
        values.put(name, value);
        return this;
    }

    Environment setAll(List<EnvironmentVariable> variables) {
        variables.forEach(v -> set(v.name(), v.value()));
        return this;
    }

    /** Entries spelt {@code NAME=value}, as images and configuration have them; one without {@code =} is skipped. */
    Environment setAllSpelt(List<String> entries) {
        for (String entry : entries) {
            int equals = entry.indexOf('=');
            if (equals > 0) {
                set(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        return this;
    }

    Environment setIfAbsent(String name, String value) {
        values.putIfAbsent(name, value);
        return this;
    }

    List<String> entries() {
        var entries = new ArrayList<String>(values.size());
        values.forEach((name, value) -> entries.add(name + "=" + value));
        return List.copyOf(entries);
    }
}
