package io.crius.streaming.session;

import io.crius.model.CriusException;
import java.util.Set;

/** Which standard streams a person wants, and what is to stand behind them. */
public record StreamRequest(Set<Standard> streams, Kind kind) {
    /** A standard stream of a process. */
    public enum Standard {
        STDIN,
        STDOUT,
        STDERR
    }

    /** Pipes, or one terminal for all three. */
    public enum Kind {
        PIPES,
        TERMINAL
    }

    /**
     * @throws CriusException.InvalidArgument in the CRI's words where the choice makes no sense
     */
    public StreamRequest {
        streams = Set.copyOf(streams);
        if (kind == Kind.TERMINAL && streams.contains(Standard.STDERR)) {
            throw new CriusException.InvalidArgument("tty and stderr cannot both be true");
        }
        if (streams.isEmpty()) {
            throw new CriusException.InvalidArgument("one of stdin, stdout, or stderr must be set");
        }
    }

    public boolean wants(Standard stream) {
        return streams.contains(stream);
    }

    public boolean isTerminal() {
        return kind == Kind.TERMINAL;
    }
}
