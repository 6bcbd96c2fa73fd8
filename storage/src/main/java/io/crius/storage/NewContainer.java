package io.crius.storage;

import io.crius.model.ContainerId;
import io.crius.model.ImageId;
import java.util.List;
import java.util.Optional;

/**
 * A container to be made in the store: a record and a writable layer on top of its image.
 *
 * @param names unique among all containers of the store, at least one
 * @param image absent for a container with an empty root
 * @param metadata free text of the caller, by which it recognises its own containers; podman shows JSON with "name"
 */
public record NewContainer(ContainerId id, List<String> names, Optional<ImageId> image, String metadata) {
    public NewContainer {
        names = List.copyOf(names);
    }
}
