package io.crius.daemon.cli.ctl.container;

import io.crius.cri.v1.ContainerConfig;
import io.crius.cri.v1.CreateContainerRequest;
import io.crius.cri.v1.PodSandboxConfig;
import io.crius.daemon.cli.ctl.image.PullImage;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.pod.RunPod;
import io.crius.daemon.cli.ctl.session.ConfigFiles;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Session;
import io.crius.model.CriusException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code create}. */
public final class CreateContainer implements CtlCommand {
    static final List<Flag> PULL_FLAGS = List.of(
            Flag.on("no-pull", "do not pull the image first"),
            Flag.on("with-pull", "pull the image first"),
            Flag.duration("cancel-timeout", 'T', "how long to wait for the container; 4m"));

    @Override
    public Usage usage() {
        List<Flag> flags = new ArrayList<>(PULL_FLAGS);
        flags.addAll(PullImage.FLAGS);
        return new Usage("create", "POD-ID CONTAINER-CONFIG POD-CONFIG", "Make a container in a pod", false, flags);
    }

    @Override
    public int run(Given given, Session session) throws IOException {
        List<String> arguments =
                given.arguments(3, 3, "the id of a pod and the configurations of container and pod are");
        var files = new ConfigFiles(session);
        ContainerConfig container = files.container(arguments.get(1));
        PodSandboxConfig pod = files.pod(arguments.get(2));
        pullIfWanted(given, session, session.settings().pullOnCreate(), container, pod);
        session.say(create(given, session, arguments.getFirst(), container, pod));
        return 0;
    }

    /** Pulls the image of the container and those it mounts, unless the flags or the settings say otherwise. */
    static void pullIfWanted(
            Given given, Session session, boolean usually, ContainerConfig container, PodSandboxConfig pod) {
        if (given.on("no-pull") && given.on("with-pull")) {
            throw new CriusException.InvalidArgument("--no-pull and --with-pull exclude one another");
        }
        if (given.on("with-pull") || (usually && !given.on("no-pull"))) {
            var pull = new PullImage();
            pull.pull(given, session, container.getImage().getImage(), pod);
            container.getMountsList().stream()
                    .map(mount -> mount.getImage().getImage())
                    .filter(image -> !image.isEmpty())
                    .forEach(image -> pull.pull(given, session, image, pod));
        }
    }

    static String create(Given given, Session session, String podId, ContainerConfig container, PodSandboxConfig pod) {
        Duration limit =
                given.duration("cancel-timeout").filter(Duration::isPositive).orElse(RunPod.LIMIT);
        return session.acts(limit)
                .createContainer(CreateContainerRequest.newBuilder()
                        .setPodSandboxId(podId)
                        .setConfig(container)
                        .setSandboxConfig(pod)
                        .build())
                .getContainerId();
    }
}
