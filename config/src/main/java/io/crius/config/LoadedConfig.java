package io.crius.config;

import java.nio.file.Path;
import java.util.List;

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

    /** Settings that differ from the default and that this version reads without acting on them yet. */
    public List<Setting<?>> notHonoured() {
        return config.tables().stream()
                .flatMap(table -> table.explicit().stream())
                .filter(setting -> setting.option().support() == Option.Support.PENDING)
                .filter(Setting::differsFromDefault)
                .toList();
    }
}
