package io.crius.linux;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A program to be started.
 *
 * @param program what is executed; no search path is used
 * @param argv what it is told, and what lists of processes show; the first is how it is called
 * @param environment {@code NAME=value}, and nothing else
 * @param descriptors what the child gets, by the number it gets it as; of all others it gets none, also not 0 to 2
 */
public record SpawnRequest(
        Path program,
        List<String> argv,
        List<String> environment,
        Path directory,
        Map<Integer, Fd> descriptors,
        Leadership leadership) {
    /** Whether the child leads a session and process group of its own, so that it can be killed with its children. */
    public enum Leadership {
        NEW_SESSION,
        /** Of a process group only. */
        NEW_GROUP,
        SAME_SESSION
    }

    public SpawnRequest {
        argv = List.copyOf(argv);
        environment = List.copyOf(environment);
        descriptors = Map.copyOf(descriptors);
        if (argv.isEmpty()) {
            throw new IllegalArgumentException("no program to start");
        }
    }

    /** Of the program that is called as it is named. */
    public SpawnRequest(
            List<String> argv,
            List<String> environment,
            Path directory,
            Map<Integer, Fd> descriptors,
            Leadership leadership) {
        this(Path.of(argv.isEmpty() ? "" : argv.getFirst()), argv, environment, directory, descriptors, leadership);
    }
}
