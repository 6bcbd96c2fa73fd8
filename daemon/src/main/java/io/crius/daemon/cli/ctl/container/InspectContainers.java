package io.crius.daemon.cli.ctl.container;

import io.crius.cri.v1.Container;
import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.ContainerStatus;
import io.crius.cri.v1.ContainerStatusRequest;
import io.crius.cri.v1.ContainerStatusResponse;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Details;
import io.crius.daemon.cli.ctl.session.Format;
import io.crius.daemon.cli.ctl.session.Session;
import io.crius.daemon.cli.ctl.session.Statuses;
import io.crius.daemon.cli.text.Humane;
import io.crius.model.CriusException;
import io.crius.oci.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** {@code inspect}. */
public final class InspectContainers implements CtlCommand {
    @Override
    public Usage usage() {
        List<Flag> flags = new ArrayList<>(Containers.FILTERS);
        flags.add(Flag.on("all", 'a', "also containers that do not run"));
        flags.add(Flag.on("quiet", 'q', "without the details of the runtime"));
        flags.add(Format.FLAG);
        return new Usage(
                "inspect",
                "[CONTAINER-ID...]",
                "Show the status of containers; without an id, of those that the filters leave",
                false,
                flags);
    }

    @Override
    public int run(Given given, Session session) {
        Format format = Format.of(given, Format.JSON);
        return Statuses.show(session, format, ids(given, session), id -> {
            ContainerStatusResponse response = session.reads()
                    .containerStatus(ContainerStatusRequest.newBuilder()
                            .setContainerId(id)
                            .setVerbose(!given.on("quiet"))
                            .build());
            return new Statuses.Shown(() -> details(response), () -> document(session, response));
        });
    }

    private static List<String> ids(Given given, Session session) {
        if (!given.arguments().isEmpty()) {
            return given.arguments();
        }
        List<String> ids =
                Containers.list(given, session).stream().map(Container::getId).toList();
        if (ids.isEmpty()) {
            throw new CriusException.InvalidArgument("no container id is given, and the filters leave no container");
        }
        return ids;
    }

    /** Compat: what has not happened yet is Go's zero time, whatever the wire says. */
    private static JsonObject document(Session session, ContainerStatusResponse response) {
        ContainerStatus status = response.getStatus();
        boolean started = status.getState() != ContainerState.CONTAINER_CREATED;
        boolean ended = status.getState() == ContainerState.CONTAINER_EXITED
                || status.getState() == ContainerState.CONTAINER_UNKNOWN;
        JsonObject document = session.messages().toJson(status).toBuilder()
                .put("createdAt", Statuses.time(status.getCreatedAt()))
                .put("startedAt", Statuses.time(started ? status.getStartedAt() : 0))
                .put("finishedAt", Statuses.time(ended ? status.getFinishedAt() : 0))
                .build();
        return Statuses.document(document, response.getInfoMap());
    }

    private static String details(ContainerStatusResponse response) {
        ContainerStatus status = response.getStatus();
        Instant now = Instant.now();
        var details = new Details()
                .line("ID", status.getId())
                .lineIfSaid("Name", status.getMetadata().getName())
                .line("State", status.getState())
                .line("Created", Humane.ago(status.getCreatedAt(), now));
        if (status.getStartedAt() > 0) {
            details.line("Started", Humane.ago(status.getStartedAt(), now));
        }
        if (status.getState() == ContainerState.CONTAINER_EXITED) {
            details.line("Finished", Humane.ago(status.getFinishedAt(), now));
            details.line("Exit Code", status.getExitCode());
        }
        details.lineIfSaid("Reason", status.getReason())
                .lineIfSaid("Message", status.getMessage())
                .map("Labels", status.getLabelsMap())
                .map("Annotations", status.getAnnotationsMap());
        response.getInfoMap().forEach((key, value) -> details.line("Info " + key, value));
        return details.toString();
    }
}
