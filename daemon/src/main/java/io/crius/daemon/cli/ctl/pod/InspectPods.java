package io.crius.daemon.cli.ctl.pod;

import io.crius.cri.v1.PodIP;
import io.crius.cri.v1.PodSandbox;
import io.crius.cri.v1.PodSandboxStatus;
import io.crius.cri.v1.PodSandboxStatusRequest;
import io.crius.cri.v1.PodSandboxStatusResponse;
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
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** {@code inspectp}. */
public final class InspectPods implements CtlCommand {
    @Override
    public Usage usage() {
        List<Flag> flags = new ArrayList<>(Pods.FILTERS);
        flags.add(Flag.on("quiet", 'q', "without the details of the runtime"));
        flags.add(Format.FLAG);
        return new Usage(
                "inspectp",
                "[POD-ID...]",
                "Show the status of pods; without an id, of those that the filters leave",
                false,
                flags);
    }

    @Override
    public int run(Given given, Session session) {
        Format format = Format.of(given, Format.JSON);
        return Statuses.show(session, format, ids(given, session), id -> {
            PodSandboxStatusResponse response = session.reads()
                    .podSandboxStatus(PodSandboxStatusRequest.newBuilder()
                            .setPodSandboxId(id)
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
                Pods.list(given, session).stream().map(PodSandbox::getId).toList();
        if (ids.isEmpty()) {
            throw new CriusException.InvalidArgument("no pod id is given, and the filters leave no pod");
        }
        return ids;
    }

    private static JsonObject document(Session session, PodSandboxStatusResponse response) {
        JsonObject status = session.messages().toJson(response.getStatus()).toBuilder()
                .put("createdAt", Statuses.time(response.getStatus().getCreatedAt()))
                .build();
        JsonObject.Builder head = JsonObject.builder().put("status", status);
        if (response.getContainersStatusesCount() > 0) {
            head.put(
                    "containersStatuses",
                    JsonArray.of(response.getContainersStatusesList(), session.messages()::toJson));
        }
        return Statuses.document(head, response.getInfoMap());
    }

    private static String details(PodSandboxStatusResponse response) {
        PodSandboxStatus status = response.getStatus();
        var details = new Details()
                .line("ID", status.getId())
                .lineIfSaid("Name", status.getMetadata().getName())
                .lineIfSaid("UID", status.getMetadata().getUid())
                .lineIfSaid("Namespace", status.getMetadata().getNamespace())
                .line("Attempt", status.getMetadata().getAttempt())
                .line("Status", status.getState())
                .line("Created", Humane.ago(status.getCreatedAt(), Instant.now()))
                .line("IP Addresses", addresses(status))
                .map("Labels", status.getLabelsMap())
                .map("Annotations", status.getAnnotationsMap());
        response.getInfoMap().forEach((key, value) -> details.line("Info " + key, value));
        return details.toString();
    }

    private static String addresses(PodSandboxStatus status) {
        List<String> all = new ArrayList<>();
        all.add(status.getNetwork().getIp());
        status.getNetwork().getAdditionalIpsList().stream().map(PodIP::getIp).forEach(all::add);
        return String.join(", ", all);
    }
}
