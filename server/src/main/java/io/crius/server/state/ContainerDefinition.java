package io.crius.server.state;

import io.crius.model.ContainerId;
import io.crius.model.ImageId;
import io.crius.model.PodId;
import io.crius.runtime.ContainerBundle;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What never changes about a container: the request, and what was decided when it came. The runtime binary and its root
 * are kept in the bundle, so that a change of configuration does not touch what runs.
 *
 * @param uniqueName the name that no other container on the node may bear
 * @param imageName a repository name of the image for people; the id where it has none
 * @param imageRef the image's first repository digest, else its id
 * @param mountedImages images that its mounts show, by the names that the request has for them
 * @param stopSignal name of the signal that asks it to stop: the request's, else the image's, else SIGTERM
 */
public record ContainerDefinition(
        Instant createdAt,
        ContainerRequest request,
        String uniqueName,
        ImageId image,
        String imageName,
        String imageRef,
        String stopSignal,
        Map<String, ImageId> mountedImages,
        ContainerBundle bundle) {
    public ContainerDefinition {
        mountedImages = Map.copyOf(mountedImages);
    }

    /** As whom the first process runs, as resolved from request and image. */
    public record User(long uid, long gid, List<Long> supplementalGroups) {
        /** Of a container of which it was not found out yet. */
        public static final User NOBODY_YET = new User(0, 0, List.of());

        public User {
            supplementalGroups = List.copyOf(supplementalGroups);
        }
    }

    public ContainerId id() {
        return bundle.id();
    }

    public PodId pod() {
        return request.pod();
    }

    public ContainerName name() {
        return request.name();
    }

    /** Where the output goes; absolute. */
    public Path logFile() {
        return bundle.log().path();
    }
}
