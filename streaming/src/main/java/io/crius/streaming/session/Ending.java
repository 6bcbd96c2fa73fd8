package io.crius.streaming.session;

/** How a session ended, as the person's program is told. */
public sealed interface Ending {
    /** In order; for a command: with exit code 0. */
    record Success() implements Ending {}

    /** The command's exit code, 1 to 255; 128 + n for signal n. */
    record Exited(int code) implements Ending {}

    /** The command was not run, or the connection with it was lost. */
    record Failed(String message) implements Ending {}

    static Ending ofExitCode(int code) {
        return code == 0 ? new Success() : new Exited(code);
    }
}
