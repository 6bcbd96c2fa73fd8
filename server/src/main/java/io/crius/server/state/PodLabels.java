package io.crius.server.state;

import java.util.Optional;

/**
 * The labels of SELinux that a pod's containers start from.
 *
 * @param process empty where the pod is not confined
 * @param files of the root filesystem, and of what is mounted for the pod alone; empty where files keep their own
 */
public record PodLabels(Optional<SelinuxLabel> process, Optional<SelinuxLabel> files) {
    public static final PodLabels NONE = new PodLabels(Optional.empty(), Optional.empty());
}
