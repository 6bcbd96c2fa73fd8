package io.crius.daemon.cli.ctl.pod;

import io.crius.cri.v1.PodSandboxConfig;
import io.crius.cri.v1.RunPodSandboxRequest;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.ConfigFiles;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Session;
import java.io.IOException;
import java.time.Duration;

/** {@code runp}. */
public final class RunPod implements CtlCommand {
    /** As long as kubelet waits. */
    public static final Duration LIMIT = Duration.ofMinutes(4);

    @Override
    public Usage usage() {
        return Usage.of(
                "runp",
                "POD-CONFIG",
                "Run a pod",
                Flag.text("runtime", 'r', "the runtime handler; that of the configuration"),
                Flag.duration("cancel-timeout", 'T', "how long to wait; 4m"));
    }

    @Override
    public int run(Given given, Session session) throws IOException {
        String file = given.arguments(1, 1, "one file with the configuration of the pod is")
                .getFirst();
        session.say(run(given, session, new ConfigFiles(session).pod(file)));
        return 0;
    }

    /** Runs the pod; gives its id. */
    public static String run(Given given, Session session, PodSandboxConfig config) {
        return session.acts(given.duration("cancel-timeout")
                        .filter(Duration::isPositive)
                        .orElse(LIMIT))
                .runPodSandbox(RunPodSandboxRequest.newBuilder()
                        .setConfig(config)
                        .setRuntimeHandler(given.text("runtime", ""))
                        .build())
                .getPodSandboxId();
    }
}
