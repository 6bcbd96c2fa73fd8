package io.crius.config;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A configuration that was read and checked, and what the user should hear about it.
 *
 * @param files the files that were read, weakest first
 * @param warnings unknown keys, deprecated options, remarks on the sources; each names its place
 */
public record LoadedConfig(CriusConfig config, List<Path> files, List<String> warnings) {
    public LoadedConfig {
        files = List.copyOf(files);
        warnings = List.copyOf(warnings);
    }

    /** The keys of options whose value in force differs, those of handlers and workloads that only one of the two has included. */
    public List<String> changedSince(LoadedConfig earlier) {
        Map<String, Object> before = earlier.values();
        Map<String, Object> now = values();
        return Stream.concat(now.keySet().stream(), before.keySet().stream())
                .distinct()
                .filter(key -> !Objects.equals(now.get(key), before.get(key)))
                .sorted()
                .toList();
    }

    private Map<String, Object> values() {
        var values = new HashMap<String, Object>();
        for (Settings table : config.tables()) {
            table.all().forEach(setting -> values.put(setting.key(), setting.value()));
        }
        return values;
    }

    /** Settings that differ from the default and that this version reads without acting on them yet. */
    public List<Setting<?>> notHonoured() {
        return config.tables().stream()
                .flatMap(table -> table.explicit().stream())
                .filter(setting -> setting.option().support() == Option.Support.PENDING)
                .filter(Setting::differsFromDefault)
                .toList();
    }
}
