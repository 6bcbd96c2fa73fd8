package io.crius.daemon.cli.ctl.container;

import io.crius.client.stream.RemoteProcess;
import io.crius.client.stream.Wants;
import io.crius.client.stream.Wants.Kind;
import io.crius.client.stream.Wants.Standard;
import io.crius.daemon.cli.ctl.session.Session;
import io.crius.daemon.cli.terminal.Interaction;
import io.crius.linux.OwnTerminals;
import io.crius.model.CriusException;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** What exec and attach have in common. */
final class Streaming {
    private static final int STDIN = 0;

    private Streaming() {}

    /**
     * The streams that the flags ask for.
     *
     * @throws CriusException.InvalidArgument for a terminal where there is none
     */
    static Wants wants(boolean stdin, boolean tty) {
        if (stdin && tty && OwnTerminals.real().size(STDIN).isEmpty()) {
            throw new CriusException.InvalidArgument("--tty: standard input is not a terminal; leave the flag away");
        }
        Set<Standard> streams = EnumSet.of(Standard.STDOUT);
        if (stdin) {
            streams.add(Standard.STDIN);
        }
        if (!tty) {
            streams.add(Standard.STDERR);
        }
        return new Wants(streams, tty ? Kind.TERMINAL : Kind.PIPES);
    }

    /** Gives the exit status for the program: that of the process. */
    static int run(RemoteProcess process, Wants wants, Session session) throws IOException, InterruptedException {
        var streams = session.streams();
        return new Interaction(process, wants, OwnTerminals.real())
                .run(streams.in(), streams.out(), streams.err())
                .exitCode();
    }
}
