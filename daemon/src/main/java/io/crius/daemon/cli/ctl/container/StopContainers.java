package io.crius.daemon.cli.ctl.container;

import io.crius.cri.v1.Container;
import io.crius.cri.v1.StopContainerRequest;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Each;
import io.crius.daemon.cli.ctl.session.Session;
import java.time.Duration;
import java.util.List;

/** {@code stop}. */
public final class StopContainers implements CtlCommand {
    private static final Duration BEYOND_GRACE = Duration.ofMinutes(2);

    @Override
    public Usage usage() {
        return Usage.of(
                "stop",
                "CONTAINER-ID...",
                "Stop containers",
                Flag.number("timeout", 't', "seconds from the stop signal to SIGKILL; 0"),
                Flag.on("all", 'a', "all that run"));
    }

    @Override
    public int run(Given given, Session session) {
        long grace = given.number("timeout").orElse(0);
        List<String> ids = ids(given, session);
        if (ids.isEmpty()) {
            session.say("No running containers found.");
        }
        return Each.of(ids, session, "stopping container", id -> {
            stop(session, id, grace);
            session.say(id);
        });
    }

    private static List<String> ids(Given given, Session session) {
        if (!given.on("all")) {
            return given.some("container id");
        }
        given.none();
        return Containers.list(new Given(java.util.Map.of(), List.of()), session).stream()
                .map(Container::getId)
                .toList();
    }

    static void stop(Session session, String id, long graceSeconds) {
        var _ = session.acts(BEYOND_GRACE.plusSeconds(graceSeconds))
                .stopContainer(StopContainerRequest.newBuilder()
                        .setContainerId(id)
                        .setTimeout(graceSeconds)
                        .build());
    }
}
