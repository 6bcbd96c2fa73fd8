package io.crius.daemon.cli.ctl.container;

import io.crius.cri.v1.StartContainerRequest;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Each;
import io.crius.daemon.cli.ctl.session.Session;

/** {@code start}. */
public final class StartContainers implements CtlCommand {
    @Override
    public Usage usage() {
        return Usage.of("start", "CONTAINER-ID...", "Start created containers");
    }

    @Override
    public int run(Given given, Session session) {
        return Each.of(given.some("container id"), session, "starting container", id -> {
            start(session, id);
            session.say(id);
        });
    }

    static void start(Session session, String id) {
        var _ = session.acts()
                .startContainer(
                        StartContainerRequest.newBuilder().setContainerId(id).build());
    }
}
