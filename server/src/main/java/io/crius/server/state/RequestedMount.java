package io.crius.server.state;

import io.crius.model.CriusException;

/** A mount as requested. Image mounts and id maps are refused until they are built, never ignored. */
public record RequestedMount(
        String containerPath,
        String hostPath,
        boolean readonly,
        boolean recursiveReadonly,
        Propagation propagation,
        boolean selinuxRelabel) {
    /** How mounts made later on one side show on the other. */
    public enum Propagation {
        PRIVATE,
        HOST_TO_CONTAINER,
        BIDIRECTIONAL
    }

    public RequestedMount {
        if (containerPath.isEmpty()) {
            throw new CriusException.InvalidArgument("mount.ContainerPath is empty");
        }
        if (hostPath.isEmpty()) {
            throw new CriusException.InvalidArgument(
                    "mount.HostPath is empty (for container path " + containerPath + ")");
        }
    }
}
