package io.crius.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the configuration is read from, weakest first: the file, the drop-ins, the environment, the command line.
 *
 * @param file must exist when the user named it
 * @param dropIns a folder, searched recursively, whose {@code *.conf} files are read in the order of their paths; it
 *     need not exist
 * @param environment the process environment, or nothing
 * @param flags what the user wrote, in order
 * @param remarks what the user should know about the choice of sources
 */
public record ConfigSources(
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
        return new ConfigSources(Optional.of(file), Optional.empty(), Map.of(), List.of(), List.of());
    }
}
