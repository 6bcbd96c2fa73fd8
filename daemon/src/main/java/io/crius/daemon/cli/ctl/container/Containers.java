package io.crius.daemon.cli.ctl.container;

import io.crius.cri.v1.Container;
import io.crius.cri.v1.ContainerFilter;
import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.ContainerStateValue;
import io.crius.cri.v1.ImageSpec;
import io.crius.cri.v1.ImageStatusRequest;
import io.crius.cri.v1.ListContainersRequest;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.session.Selection;
import io.crius.daemon.cli.ctl.session.Session;
import io.crius.model.CriusException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The containers that the filters of a command line leave. */
final class Containers {
    static final List<Flag> FILTERS = List.of(
            Flag.text("name", "only containers whose name matches this regular expression"),
            Flag.text("namespace", "only containers whose pod's namespace matches this regular expression"),
            Flag.text("pod", 'p', "only containers of the pod whose id begins like this"),
            Flag.text("image", "only containers of this image"),
            Flag.text("state", 's', "only containers in this state: created, running, exited or unknown"),
            Flag.pair("label", "only containers with this label"),
            Flag.on("latest", 'l', "only the newest container, in whatever state"),
            Flag.number("last", 'n', "only the newest N containers, in whatever state"));

    private static final String POD_NAMESPACE = "io.kubernetes.pod.namespace";
    private static final String POD_NAME = "io.kubernetes.pod.name";

    private Containers() {}

    /** Newest first. Compat: only those that run, unless states or numbers are said. */
    static List<Container> list(Given given, Session session) {
        ContainerFilter.Builder filter = ContainerFilter.newBuilder()
                .setId(given.text("id", ""))
                .setPodSandboxId(given.text("pod", ""))
                .putAllLabelSelector(given.pairs("label"));
        state(given)
                .ifPresent(state ->
                        filter.setState(ContainerStateValue.newBuilder().setState(state)));
        List<Container> all = session.reads()
                .listContainers(
                        ListContainersRequest.newBuilder().setFilter(filter).build())
                .getContainersList();
        Pattern name = Selection.pattern(given, "name");
        Pattern namespace = Selection.pattern(given, "namespace");
        Images images = new Images(session);
        Optional<String> image = given.text("image").map(images::id);
        List<Container> left = all.stream()
                .filter(container ->
                        name.matcher(container.getMetadata().getName()).find()
                                && namespace.matcher(podNamespace(container)).find()
                                && image.map(wanted -> !wanted.isEmpty() && wanted.equals(images.id(container)))
                                        .orElse(true))
                .toList();
        return Selection.newest(given, left, Container::getCreatedAt);
    }

    private static Optional<ContainerState> state(Given given) {
        if (Selection.isLatest(given)) {
            return Optional.empty();
        }
        Optional<String> name = given.text("state");
        if (name.isEmpty()) {
            return given.on("all") ? Optional.empty() : Optional.of(ContainerState.CONTAINER_RUNNING);
        }
        return Optional.of(
                switch (name.get().toLowerCase(Locale.ROOT)) {
                    case "created" -> ContainerState.CONTAINER_CREATED;
                    case "running" -> ContainerState.CONTAINER_RUNNING;
                    case "exited" -> ContainerState.CONTAINER_EXITED;
                    case "unknown" -> ContainerState.CONTAINER_UNKNOWN;
                    default ->
                        throw new CriusException.InvalidArgument(
                                "--state: \"" + name.get() + "\" is none of created, running, exited, unknown");
                });
    }

    static String podNamespace(Container container) {
        return container.getLabelsOrDefault(POD_NAMESPACE, "unknown");
    }

    static String podName(Container container) {
        return container.getLabelsOrDefault(POD_NAME, "unknown");
    }

    static String word(ContainerState state) {
        return switch (state) {
            case CONTAINER_CREATED -> "Created";
            case CONTAINER_RUNNING -> "Running";
            case CONTAINER_EXITED -> "Exited";
            case CONTAINER_UNKNOWN, UNRECOGNIZED -> "Unknown";
        };
    }

    /** Ids of images by their names, each asked for once. */
    private static final class Images {
        private final Session session;
        private final Map<String, String> known = new HashMap<>();

        Images(Session session) {
            this.session = session;
        }

        String id(Container container) {
            return container.getImageId().isEmpty() ? id(container.getImage().getImage()) : id(container.getImageId());
        }

        /** Empty for an image that the node does not have. */
        String id(String name) {
            return known.computeIfAbsent(
                    name,
                    _ -> session.imageReads()
                            .imageStatus(ImageStatusRequest.newBuilder()
                                    .setImage(ImageSpec.newBuilder().setImage(name))
                                    .build())
                            .getImage()
                            .getId());
        }
    }
}
