package io.crius.server.container;

import io.crius.model.CriusException;
import io.crius.server.annotation.ContainerAnnotations;
import io.crius.server.annotation.SpecialAnnotation;
import io.crius.server.selinux.FileLabels;
import io.crius.server.selinux.SelinuxLabels;
import io.crius.server.state.ContainerDefinition;
import io.crius.server.state.PodDefinition;
import io.crius.server.state.RequestedMount;
import io.crius.server.state.SelinuxLabel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Gives files on the node the label of a container that is to use them: volumes whose request says so, and what was made for
 * the container alone. On a node without SELinux it does nothing. Thread-safe.
 *
 * <p>Blocks as long as there are files; runs in the container's creation, which goes on when its caller left.
 */
public final class VolumeLabels {
    /** Labels on a node with SELinux, and who sets them. */
    public record Selinux(SelinuxLabels labels, FileLabels files) {}

    private final Optional<Selinux> selinux;

    public VolumeLabels(Optional<Selinux> selinux) {
        this.selinux = selinux;
    }

    /** The label that all files of the container's root show; empty for none. */
    String root(PodDefinition pod, ContainerDefinition container) {
        return selinux.flatMap(on -> on.labels().files(pod, container.request()))
                .map(SelinuxLabel::toString)
                .orElse("");
    }

    /** Labels a requested mount, whose source is on the node, where the request wants that. */
    void requested(PodDefinition pod, ContainerDefinition container, ContainerAnnotations annotations, Labelled mount) {
        if (selinux.isPresent() && mount.requested().selinuxRelabel()) {
            FileLabels.Top known = annotations.isTrue(SpecialAnnotation.SKIP_RELABEL)
                    ? FileLabels.Top.TELLS_ALL
                    : FileLabels.Top.TELLS_NOTHING;
            selinux.get()
                    .labels()
                    .volumes(pod, container.request())
                    .ifPresent(label -> label(container, mount, label, known));
        }
    }

    /** A requested mount, and where on the node its source is. */
    record Labelled(RequestedMount requested, Path source) {}

    private void label(ContainerDefinition container, Labelled mount, SelinuxLabel label, FileLabels.Top known) {
        try {
            selinux.orElseThrow().files().label(mount.source(), label, known);
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.InvalidArgument(
                    MountChecks.name(container.name().name(), mount.requested()) + ": " + e.getMessage(), e);
        }
    }

    /** Labels files and folders that were made for the container; those that are not there were not needed. */
    void made(PodDefinition pod, ContainerDefinition container, List<Path> files) {
        selinux.ifPresent(on -> on.labels()
                .files(pod, container.request())
                .ifPresent(label -> files.stream()
                        .filter(Files::exists)
                        .forEach(file -> on.files().label(file, label, FileLabels.Top.TELLS_NOTHING))));
    }
}
