package io.crius.daemon.cli.ctl.node;

import io.crius.cri.v1.ContainerEventResponse;
import io.crius.cri.v1.GetEventsRequest;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Format;
import io.crius.daemon.cli.ctl.session.Session;
import io.crius.daemon.cli.ctl.session.Statuses;

/** {@code events}: until interrupted or the runtime ends the stream. */
public final class Events implements CtlCommand {
    @Override
    public Usage usage() {
        return Usage.of(
                "events", "", "Show what happens to containers, as it happens; a table is a line each", Format.FLAG);
    }

    @Override
    public int run(Given given, Session session) {
        given.none();
        Format format = Format.of(given, Format.JSON);
        session.watches()
                .getContainerEvents(GetEventsRequest.getDefaultInstance())
                .forEachRemaining(event -> {
                    if (format == Format.TABLE) {
                        session.say(line(event));
                    } else {
                        session.print(event, format);
                    }
                });
        return 0;
    }

    private static String line(ContainerEventResponse event) {
        return String.join(
                " ",
                Statuses.time(event.getCreatedAt()),
                event.getContainerEventType().name(),
                event.getContainerId(),
                event.getPodSandboxStatus().getMetadata().getNamespace() + "/"
                        + event.getPodSandboxStatus().getMetadata().getName());
    }
}
