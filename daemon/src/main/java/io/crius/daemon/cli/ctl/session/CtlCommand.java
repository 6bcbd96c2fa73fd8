package io.crius.daemon.cli.ctl.session;

import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import java.io.IOException;

/** A command of {@code crius ctl}. */
public interface CtlCommand {
    /** What it takes. */
    Usage usage();

    /**
     * Runs it.
     *
     * @return the exit status
     * @throws io.grpc.StatusRuntimeException what the server said
     * @throws io.crius.model.CriusException what is wrong here; an invalid argument is wrong use
     */
    int run(Given given, Session session) throws IOException, InterruptedException;
}
