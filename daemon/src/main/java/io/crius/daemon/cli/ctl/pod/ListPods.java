package io.crius.daemon.cli.ctl.pod;

import io.crius.cri.v1.ListPodSandboxResponse;
import io.crius.cri.v1.PodSandbox;
import io.crius.cri.v1.PodSandboxState;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Details;
import io.crius.daemon.cli.ctl.session.Format;
import io.crius.daemon.cli.ctl.session.Session;
import io.crius.daemon.cli.text.Humane;
import io.crius.daemon.cli.text.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** {@code pods}. */
public final class ListPods implements CtlCommand {
    @Override
    public Usage usage() {
        List<Flag> flags = new ArrayList<>(Pods.FILTERS);
        flags.addAll(List.of(
                Flag.text("id", "only the pod whose id begins like this"),
                Flag.on("quiet", 'q', "only ids"),
                Flag.on("no-trunc", "whole ids"),
                Flag.on("verbose", 'v', "all that is known of each pod"),
                Format.FLAG));
        return new Usage("pods", "", "List pods", false, flags);
    }

    @Override
    public int run(Given given, Session session) {
        given.none();
        Format format = Format.of(given, Format.TABLE);
        List<PodSandbox> pods = Pods.list(given, session);
        if (format != Format.TABLE) {
            session.print(ListPodSandboxResponse.newBuilder().addAllItems(pods).build(), format);
        } else if (given.on("quiet")) {
            pods.forEach(pod -> session.say(pod.getId()));
        } else if (given.on("verbose")) {
            pods.forEach(pod -> session.say(details(pod)));
        } else {
            session.streams().out().print(table(pods, given.on("no-trunc")));
        }
        return 0;
    }

    private static String table(List<PodSandbox> pods, boolean wholeIds) {
        var table = new Table("POD ID", "CREATED", "STATE", "NAME", "NAMESPACE", "ATTEMPT", "RUNTIME");
        Instant now = Instant.now();
        for (PodSandbox pod : pods) {
            table.add(List.of(
                    wholeIds ? pod.getId() : Humane.shortId(pod.getId()),
                    Humane.ago(pod.getCreatedAt(), now),
                    word(pod.getState()),
                    pod.getMetadata().getName(),
                    pod.getMetadata().getNamespace(),
                    Integer.toUnsignedString(pod.getMetadata().getAttempt()),
                    pod.getRuntimeHandler().isEmpty() ? "(default)" : pod.getRuntimeHandler()));
        }
        return table.toString();
    }

    private static String details(PodSandbox pod) {
        return new Details()
                .line("ID", pod.getId())
                .lineIfSaid("Name", pod.getMetadata().getName())
                .lineIfSaid("UID", pod.getMetadata().getUid())
                .lineIfSaid("Namespace", pod.getMetadata().getNamespace())
                .line("Attempt", pod.getMetadata().getAttempt())
                .line("Status", word(pod.getState()))
                .line("Created", Humane.ago(pod.getCreatedAt(), Instant.now()))
                .map("Labels", pod.getLabelsMap())
                .map("Annotations", pod.getAnnotationsMap())
                .line("Runtime", pod.getRuntimeHandler().isEmpty() ? "(default)" : pod.getRuntimeHandler())
                .toString();
    }

    private static String word(PodSandboxState state) {
        return switch (state) {
            case SANDBOX_READY -> "Ready";
            case SANDBOX_NOTREADY -> "NotReady";
            case UNRECOGNIZED -> "Unknown";
        };
    }
}
