package io.crius.runtime;

import io.crius.model.CriusException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A command to be run in a container, with the user, environment, working directory and limits of the container's own
 * process.
 *
 * @param timeout after which the command is killed; empty is none
 * @param maxBytesPerStream what is kept of standard output and of standard error each; the rest is read and dropped
 */
public record ExecRequest(List<String> command, Optional<Duration> timeout, int maxBytesPerStream) {
    /** Compat: what CRI-O keeps of a stream. */
    public static final int DEFAULT_MAX_BYTES = 16 << 20;

    public ExecRequest {
        command = List.copyOf(command);
        if (command.isEmpty() || command.getFirst().isEmpty()) {
            throw new CriusException.InvalidArgument("exec command cannot be empty");
        }
        if (maxBytesPerStream < 0) {
            throw new CriusException.InvalidArgument("exec: negative output limit " + maxBytesPerStream);
        }
        if (timeout.isPresent() && (timeout.get().isNegative() || timeout.get().isZero())) {
            throw new CriusException.InvalidArgument("exec: timeout " + timeout.get() + " must be positive");
        }
    }

    public static ExecRequest of(List<String> command) {
        return new ExecRequest(command, Optional.empty(), DEFAULT_MAX_BYTES);
    }

    public ExecRequest withTimeout(Duration limit) {
        return new ExecRequest(command, Optional.of(limit), maxBytesPerStream);
    }
}
