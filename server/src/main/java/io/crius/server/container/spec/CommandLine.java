package io.crius.server.container.spec;

import io.crius.model.CriusException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a container executes. Compat: Docker's and Kubernetes' rules for command and args over ENTRYPOINT and CMD.
 */
final class CommandLine {
    private CommandLine() {}

    /**
     * A given command replaces entrypoint and cmd; given args alone replace cmd.
     *
     * @throws CriusException.InvalidArgument where nothing is left to execute
     */
    static List<String> of(List<String> command, List<String> args, List<String> entrypoint, List<String> cmd) {
        var line = new ArrayList<String>(command.isEmpty() ? entrypoint : command);
        if (!args.isEmpty()) {
            line.addAll(args);
        } else if (command.isEmpty()) {
            line.addAll(cmd);
        }
        if (line.isEmpty()) {
            throw new CriusException.InvalidArgument(
                    "no command specified: neither the container nor its image has a command");
        }
        return List.copyOf(line);
    }
}
