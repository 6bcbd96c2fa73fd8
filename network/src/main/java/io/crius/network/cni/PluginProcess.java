package io.crius.network.cni;

import io.crius.model.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** How a plugin program is run. */
@FunctionalInterface
interface PluginProcess {
    /** Most a plugin may write to its standard output: results are a few kilobytes. */
    int OUTPUT_LIMIT = 1 << 20;

    /** How much of the end of standard error is kept. */
    int ERROR_TAIL = 4096;

    /** How a plugin's run ended. */
    sealed interface End {
        record Exited(int status) implements End {}

        record Signalled(int signal) implements End {}

        /** It was killed because the deadline came first. */
        record TimedOut() implements End {}

        /** It was killed because it wrote more than {@link #OUTPUT_LIMIT}. */
        record TooMuchOutput() implements End {}
    }

    /**
     * What came of it.
     *
     * @param errorTail the end of what it wrote to standard error
     */
    record Run(End end, String output, String errorTail, Duration took) {
        boolean succeeded() {
            return end instanceof End.Exited(int status) && status == 0;
        }
    }

    /**
     * Runs the program to its end in a session of its own. At the deadline and on an interrupt everything in that session's
     * process group is killed before this returns or throws.
     *
     * @param environment the whole environment of the program
     * @throws io.crius.linux.ErrnoException when the program could not be started
     */
    Run run(Path program, Map<String, String> environment, byte[] input, Deadline deadline)
            throws IOException, InterruptedException;
}
