package io.crius.daemon.cli.ctl.pod;

import io.crius.cri.v1.ListPodSandboxRequest;
import io.crius.cri.v1.PodSandbox;
import io.crius.cri.v1.StopPodSandboxRequest;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Each;
import io.crius.daemon.cli.ctl.session.Session;
import java.util.List;

/** {@code stopp}. */
public final class StopPods implements CtlCommand {
    @Override
    public Usage usage() {
        return Usage.of("stopp", "POD-ID...", "Stop pods", Flag.on("all", 'a', "all pods"));
    }

    @Override
    public int run(Given given, Session session) {
        return Each.of(ids(given, session), session, "stopping pod", id -> {
            stop(session, id);
            session.say("Stopped sandbox " + id);
        });
    }

    static void stop(Session session, String id) {
        var _ = session.acts()
                .stopPodSandbox(
                        StopPodSandboxRequest.newBuilder().setPodSandboxId(id).build());
    }

    /** The ids of the command line, or of all pods. */
    static List<String> ids(Given given, Session session) {
        if (!given.on("all")) {
            return given.some("pod id");
        }
        given.none();
        return session.reads().listPodSandbox(ListPodSandboxRequest.getDefaultInstance()).getItemsList().stream()
                .map(PodSandbox::getId)
                .toList();
    }
}
