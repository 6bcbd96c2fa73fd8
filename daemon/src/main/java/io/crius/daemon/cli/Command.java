package io.crius.daemon.cli;

import java.io.PrintStream;
import java.util.List;

/** One of people's commands. */
interface Command {
    /**
     * Runs the command with what stood behind its name.
     *
     * @return the exit status
     */
    int run(List<String> arguments, PrintStream out) throws Exception;
}
