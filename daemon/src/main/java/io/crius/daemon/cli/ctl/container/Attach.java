package io.crius.daemon.cli.ctl.container;

import io.crius.client.StreamCalls;
import io.crius.client.stream.RemoteProcess;
import io.crius.client.stream.Wants;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Session;
import io.crius.daemon.cli.ctl.session.Transport;
import java.io.IOException;

/** {@code attach}: ctrl-p ctrl-q leaves the container alone. */
public final class Attach implements CtlCommand {
    @Override
    public Usage usage() {
        return Usage.of(
                "attach",
                "CONTAINER-ID",
                "Connect with the streams of a running container; ctrl-p ctrl-q leaves it alone",
                Flag.on("tty", 't', "the container has a terminal"),
                Flag.on("stdin", 'i', "with standard input"),
                Transport.FLAG);
    }

    @Override
    public int run(Given given, Session session) throws IOException, InterruptedException {
        String id = given.arguments(1, 1, "one container id is").getFirst();
        Transport.check(given);
        Wants wants = Streaming.wants(given.on("stdin"), given.on("tty"));
        try (StreamCalls streams = session.client().streams();
                RemoteProcess process = streams.attach(id, wants)) {
            return Streaming.run(process, wants, session);
        }
    }
}
