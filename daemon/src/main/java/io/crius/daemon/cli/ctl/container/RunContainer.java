package io.crius.daemon.cli.ctl.container;

import io.crius.cri.v1.ContainerConfig;
import io.crius.cri.v1.PodSandboxConfig;
import io.crius.daemon.cli.ctl.image.PullImage;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.pod.RunPod;
import io.crius.daemon.cli.ctl.session.ConfigFiles;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Session;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code run}: a pod and a container in it. What was made before a failure stays, as with crictl, and is named. */
public final class RunContainer implements CtlCommand {
    @Override
    public Usage usage() {
        List<Flag> flags = new ArrayList<>(CreateContainer.PULL_FLAGS);
        flags.addAll(PullImage.FLAGS);
        flags.add(Flag.text("runtime", 'r', "the runtime handler; that of the configuration"));
        return new Usage("run", "CONTAINER-CONFIG POD-CONFIG", "Run a pod with a container", false, flags);
    }

    @Override
    public int run(Given given, Session session) throws IOException {
        List<String> arguments = given.arguments(2, 2, "the configurations of container and pod are");
        var files = new ConfigFiles(session);
        ContainerConfig container = files.container(arguments.getFirst());
        PodSandboxConfig pod = files.pod(arguments.get(1));
        CreateContainer.pullIfWanted(given, session, !session.settings().noPullOnRun(), container, pod);
        String podId = RunPod.run(given, session, pod);
        boolean whole = false;
        try {
            String id = CreateContainer.create(given, session, podId, container, pod);
            StartContainers.start(session, id);
            whole = true;
            session.say(id);
            return 0;
        } finally {
            if (!whole) {
                session.warn("the pod " + podId + " is left");
            }
        }
    }
}
