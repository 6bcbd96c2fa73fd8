package io.crius.runtime;

import io.crius.model.CriusException;

/**
 * A process that cannot be mistaken for a later one with the same number.
 *
 * @param startTicks when it started, in clock ticks since boot: field 22 of {@code /proc/<pid>/stat}
 */
public record ProcessIdentity(long pid, long startTicks) {
    public ProcessIdentity {
        if (pid <= 0 || startTicks < 0) {
            throw new CriusException.InvalidArgument(
                    "invalid process identity: pid " + pid + ", start time " + startTicks);
        }
    }

    @Override
    public String toString() {
        return "process " + pid;
    }
}
