package io.crius.runtime.cli;

import io.crius.linux.Fd;
import io.crius.linux.SpawnRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A program to be run to its end.
 *
 * @param program what is executed
 * @param arguments the absolute path first that the program is known by
 * @param environment {@code NAME=value}, nothing else is passed on
 * @param input what it reads from standard input; at most what a pipe holds, 64 KiB
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed
public record Command(Path program, List<String> arguments, List<String> environment, Path directory, byte[] input) {
    private static final int PIPE_CAPACITY = 64 << 10;

    public Command {
        arguments = List.copyOf(arguments);
        environment = List.copyOf(environment);
        if (input.length > PIPE_CAPACITY) {
            throw new IllegalArgumentException(input.length + " bytes of input do not fit a pipe");
        }
    }

    public static Command of(List<String> arguments, List<String> environment) {
        return of(Path.of(arguments.getFirst()), arguments, environment);
    }

    /** That executes another file than the one that the program is known by. */
    static Command of(Path program, List<String> arguments, List<String> environment) {
        return new Command(program, arguments, environment, Path.of("/"), new byte[0]);
    }

    public Command withInput(byte[] bytes) {
        return new Command(program, arguments, environment, directory, bytes);
    }

    /** How to start it elsewhere than in its directory, with a session of its own. */
    public SpawnRequest request(Path where, Map<Integer, Fd> descriptors) {
        return new SpawnRequest(
                program, arguments, environment, where, descriptors, SpawnRequest.Leadership.NEW_SESSION);
    }

    /** The program with its subcommand, where it has one. */
    String step() {
        return arguments.stream()
                .skip(1)
                .filter(argument -> !argument.startsWith("-"))
                .findFirst()
                .map(subcommand -> arguments.getFirst() + " " + subcommand)
                .orElse(arguments.getFirst());
    }

    @Override
    public String toString() {
        return String.join(" ", arguments);
    }
}
