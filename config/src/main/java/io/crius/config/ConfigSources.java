package io.crius.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the configuration is read from, weakest first: storage.conf, the file, the drop-ins, the environment, the
 * command line.
 *
 * @param storageConf containers-storage.conf(5); need not exist
 * @param file must exist
 * @param dropIns a folder whose files, also those of its sub-folders, are read in lexical order; need not exist
 * @param environment the process environment, or nothing
 * @param flags what the user wrote, in order
 * @param remarks what the user should know about the choice of sources
 */
public record ConfigSources(
        Optional<Path> storageConf,
        Optional<Path> file,
        Optional<Path> dropIns,
        Map<String, String> environment,
        List<Flag> flags,
        List<String> remarks) {

    /** A flag such as {@code --log-level=debug}, without its dashes. */
    public record Flag(String name, String value) {}

    public ConfigSources {
        environment = Map.copyOf(environment);
        flags = List.copyOf(flags);
        remarks = List.copyOf(remarks);
    }

    /** Exactly one file and nothing else. */
    public static ConfigSources ofFile(Path file) {
        return new ConfigSources(Optional.empty(), Optional.of(file), Optional.empty(), Map.of(), List.of(), List.of());
    }
}
