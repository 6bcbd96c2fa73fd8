package io.crius.daemon.cli.ctl.container;

import io.crius.cri.v1.Container;
import io.crius.cri.v1.Image;
import io.crius.cri.v1.ImageSpec;
import io.crius.cri.v1.ImageStatusRequest;
import io.crius.cri.v1.ListContainersResponse;
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

/** {@code ps}. */
public final class ListContainers implements CtlCommand {
    @Override
    public Usage usage() {
        List<Flag> flags = new ArrayList<>(Containers.FILTERS);
        flags.addAll(List.of(
                Flag.text("id", "only the container whose id begins like this"),
                Flag.on("all", 'a', "also containers that do not run"),
                Flag.on("quiet", 'q', "only ids"),
                Flag.on("no-trunc", "whole ids"),
                Flag.on("resolve-image-path", 'r', "names of images instead of ids"),
                Flag.on("verbose", 'v', "all that is known of each container"),
                Format.FLAG));
        return new Usage("ps", "", "List containers", false, flags);
    }

    @Override
    public int run(Given given, Session session) {
        given.none();
        Format format = Format.of(given, Format.TABLE);
        List<Container> containers = Containers.list(given, session);
        if (format != Format.TABLE) {
            session.print(
                    ListContainersResponse.newBuilder()
                            .addAllContainers(containers)
                            .build(),
                    format);
        } else if (given.on("quiet")) {
            containers.forEach(container -> session.say(container.getId()));
        } else if (given.on("verbose")) {
            containers.forEach(container -> session.say(details(container)));
        } else {
            session.streams().out().print(table(containers, given, session));
        }
        return 0;
    }

    private static String table(List<Container> containers, Given given, Session session) {
        var table =
                new Table("CONTAINER", "IMAGE", "CREATED", "STATE", "NAME", "ATTEMPT", "POD ID", "POD", "NAMESPACE");
        boolean wholeIds = given.on("no-trunc");
        Instant now = Instant.now();
        for (Container container : containers) {
            String image = container.getImage().getImage();
            table.add(List.of(
                    wholeIds ? container.getId() : Humane.shortId(container.getId()),
                    given.on("resolve-image-path") ? imageName(session, image) : wholeIds ? image : Humane.image(image),
                    Humane.ago(container.getCreatedAt(), now),
                    Containers.word(container.getState()),
                    container.getMetadata().getName(),
                    Integer.toUnsignedString(container.getMetadata().getAttempt()),
                    wholeIds ? container.getPodSandboxId() : Humane.shortId(container.getPodSandboxId()),
                    Containers.podName(container),
                    Containers.podNamespace(container)));
        }
        return table.toString();
    }

    private static String imageName(Session session, String image) {
        Image found = session.imageReads()
                .imageStatus(ImageStatusRequest.newBuilder()
                        .setImage(ImageSpec.newBuilder().setImage(image))
                        .build())
                .getImage();
        return found.getRepoTagsCount() > 0 ? found.getRepoTags(0) : Humane.image(image);
    }

    private static String details(Container container) {
        return new Details()
                .line("ID", container.getId())
                .line("PodID", container.getPodSandboxId())
                .line("Namespace", Containers.podNamespace(container))
                .lineIfSaid("Name", container.getMetadata().getName())
                .line("Attempt", container.getMetadata().getAttempt())
                .line("State", Containers.word(container.getState()))
                .line("Image", container.getImage().getImage())
                .line("Created", Humane.ago(container.getCreatedAt(), Instant.now()))
                .map("Labels", container.getLabelsMap())
                .map("Annotations", container.getAnnotationsMap())
                .toString();
    }
}
