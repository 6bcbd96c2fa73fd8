package io.crius.client.stream;

import java.util.Set;

/**
 * What a person wants of a process.
 *
 * @param streams a terminal has no standard error of its own
 */
public record Wants(Set<Standard> streams, Kind kind) {
    /** A standard stream. */
    public enum Standard {
        STDIN,
        STDOUT,
        STDERR
    }

    /** What stands behind the streams. */
    public enum Kind {
        PIPES,
        TERMINAL
    }

    /** Standard output and standard error. */
    public static final Wants OUTPUT = new Wants(Set.of(Standard.STDOUT, Standard.STDERR), Kind.PIPES);

    /** All three, by pipes. */
    public static final Wants ALL = new Wants(Set.of(Standard.STDIN, Standard.STDOUT, Standard.STDERR), Kind.PIPES);

    /** A terminal, with a keyboard. */
    public static final Wants TERMINAL = new Wants(Set.of(Standard.STDIN, Standard.STDOUT), Kind.TERMINAL);

    public Wants {
        streams = Set.copyOf(streams);
    }

    public boolean has(Standard stream) {
        return streams.contains(stream);
    }

    public boolean isTerminal() {
        return kind == Kind.TERMINAL;
    }
}
