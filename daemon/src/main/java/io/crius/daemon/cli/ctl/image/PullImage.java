package io.crius.daemon.cli.ctl.image;

import io.crius.cri.v1.ImageSpec;
import io.crius.cri.v1.PodSandboxConfig;
import io.crius.cri.v1.PullImageRequest;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.ConfigFiles;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code pull}. */
public final class PullImage implements CtlCommand {
    /** How to pull, for other commands as well. */
    public static final List<Flag> FLAGS = List.of(
            Flag.text("creds", "USERNAME[:PASSWORD] for the registry"),
            Flag.text("auth", "the same in base64"),
            Flag.text("username", 'u', "the name for the registry; the password is asked for"),
            Flag.duration("pull-timeout", "how long the pull may take; no limit"));

    @Override
    public Usage usage() {
        List<Flag> flags = new ArrayList<>(FLAGS);
        flags.add(Flag.text("pod-config", "configuration of the pod that the pull is for"));
        flags.add(Flag.pair("annotation", 'a', "annotation of the pulled image"));
        return new Usage("pull", "NAME[:TAG|@DIGEST]", "Pull an image", false, flags);
    }

    @Override
    public int run(Given given, Session session) throws IOException {
        String name = given.arguments(1, 1, "the name of one image is").getFirst();
        Optional<String> file = given.text("pod-config");
        PodSandboxConfig pod =
                file.isPresent() ? new ConfigFiles(session).pod(file.get()) : PodSandboxConfig.getDefaultInstance();
        session.say("Image is up to date for " + pull(given, session, name, pod));
        return 0;
    }

    /** Pulls as the flags of the command line say; gives what the runtime calls the image. */
    public String pull(Given given, Session session, String name, PodSandboxConfig pod) {
        Map<String, String> annotations = given.pairs("annotation");
        PullImageRequest.Builder request = PullImageRequest.newBuilder()
                .setImage(ImageSpec.newBuilder().setImage(name).putAllAnnotations(annotations))
                .setSandboxConfig(pod);
        Password.of(given).ifPresent(request::setAuth);
        Duration limit = given.duration("pull-timeout").orElse(Duration.ZERO);
        try (Progress _ = Progress.of(session, name)) {
            return session.imageActs(limit).pullImage(request.build()).getImageRef();
        }
    }
}
