package io.crius.server.state;

import io.crius.model.ContainerId;
import io.crius.model.ImageId;
import io.crius.model.PodId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * What never changes about a container: the request, and what was decided when it came. The runtime binary and its root
 * are kept here, so that a change of configuration does not touch what runs.
 *
 * @param uniqueName the name that no other container on the node may bear
 * @param imageName a repository name of the image for people; the id where it has none
 * @param imageRef the image's first repository digest, else its id
 * @param logFile absolute
 * @param stopSignal name of the signal that asks it to stop: the request's, else the image's, else SIGTERM
 */
public record ContainerDefinition(
        ContainerId id,
        Instant createdAt,
        ContainerRequest request,
        String uniqueName,
        ImageId image,
        String imageName,
        String imageRef,
        Path logFile,
        String stopSignal,
        RuntimeRecord runtime,
        Places places,
        String cgroupsPath) {
    /** Which OCI runtime was chosen, by absolute paths. */
    public record RuntimeRecord(String handler, Path binary, Path root, Path monitor) {}

    /** The folders of one container: {@code bundle} is volatile (run root), {@code persistent} is in the graph root. */
    public record Places(Path bundle, Path persistent) {}

    /** As whom the first process runs, as resolved from request and image. */
    public record User(long uid, long gid, List<Long> supplementalGroups) {
        public User {
            supplementalGroups = List.copyOf(supplementalGroups);
        }
    }

    public PodId pod() {
        return request.pod();
    }

    public ContainerName name() {
        return request.name();
    }
}
