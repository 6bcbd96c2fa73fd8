package io.crius.server.state;

import io.crius.model.CriusException;
import io.crius.oci.runtime.IdMapping;
import java.util.List;
import java.util.Optional;

/**
 * A mount as requested: of a path of the node, or of an image.
 *
 * @param hostPath empty for an image
 */
public record RequestedMount(
        String containerPath,
        String hostPath,
        Optional<RequestedImage> image,
        boolean readonly,
        boolean recursiveReadonly,
        Propagation propagation,
        boolean selinuxRelabel,
        IdMaps idMaps) {
    /**
     * An image whose content is mounted.
     *
     * @param subPath of the image, relative; empty for the whole
     */
    public record RequestedImage(String name, String subPath) {}

    /** Which ids of the file system show as which ids in the container; empty where nothing is mapped. */
    public record IdMaps(List<IdMapping> uids, List<IdMapping> gids) {
        public static final IdMaps NONE = new IdMaps(List.of(), List.of());

        public IdMaps {
            uids = List.copyOf(uids);
            gids = List.copyOf(gids);
        }

        public boolean isEmpty() {
            return uids.isEmpty() && gids.isEmpty();
        }
    }

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
        if (hostPath.isEmpty() && image.isEmpty()) {
            throw new CriusException.InvalidArgument(
                    "mount.HostPath is empty (for container path " + containerPath + ")");
        }
        if (!hostPath.isEmpty() && image.isPresent()) {
            throw new CriusException.InvalidArgument("mount at " + containerPath + ": both HostPath \"" + hostPath
                    + "\" and image \"" + image.get().name() + "\" are given");
        }
    }
}
