package io.crius.daemon.cli.ctl.pod;

import io.crius.cri.v1.PodSandboxState;
import io.crius.cri.v1.PodSandboxStatusRequest;
import io.crius.cri.v1.RemovePodSandboxRequest;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Each;
import io.crius.daemon.cli.ctl.session.Session;
import io.grpc.Status;

/** {@code rmp}. Compat: a pod that is ready is only removed by force. */
public final class RemovePods implements CtlCommand {
    @Override
    public Usage usage() {
        return Usage.of(
                "rmp",
                "POD-ID...",
                "Remove pods",
                Flag.on("force", 'f', "also pods that are ready"),
                Flag.on("all", 'a', "all pods"));
    }

    @Override
    public int run(Given given, Session session) {
        boolean force = given.on("force");
        return Each.of(StopPods.ids(given, session), session, "removing pod", id -> {
            var state = session.reads()
                    .podSandboxStatus(PodSandboxStatusRequest.newBuilder()
                            .setPodSandboxId(id)
                            .build())
                    .getStatus()
                    .getState();
            if (state == PodSandboxState.SANDBOX_READY) {
                if (!force) {
                    throw Status.FAILED_PRECONDITION
                            .withDescription("the pod is ready; stop it first or take --force")
                            .asRuntimeException();
                }
                StopPods.stop(session, id);
            }
            var _ = session.acts()
                    .removePodSandbox(RemovePodSandboxRequest.newBuilder()
                            .setPodSandboxId(id)
                            .build());
            session.say("Removed sandbox " + id);
        });
    }
}
