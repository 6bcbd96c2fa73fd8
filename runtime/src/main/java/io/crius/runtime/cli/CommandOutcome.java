package io.crius.runtime.cli;

/**
 * How a command ended.
 *
 * @param status its exit code, 128 + signal where a signal ended it
 * @param stdout the first part of what it wrote, bounded
 * @param stderr the last part of what it wrote, bounded
 */
public record CommandOutcome(int status, String stdout, String stderr) {
    public boolean succeeded() {
        return status == 0;
    }

    public RuntimeMessages.Meaning meaning() {
        return RuntimeMessages.meaning(stderr);
    }
}
