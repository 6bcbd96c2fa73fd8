package io.crius.storage;

import io.crius.model.ContainerId;
import io.crius.model.ImageId;
import io.crius.storage.owner.IdMappings;
import java.util.List;
import java.util.Optional;

/**
 * A container to be made in the store: a record and a writable layer on top of its image.
 *
 * @param names unique among all containers of the store, at least one
 * @param image absent for a container with an empty root
 * @param metadata free text of the caller, by which it recognises its own containers; podman shows JSON with "name"
 * @param owners of the user namespace that it runs in, where it has one: its root shows the image's files as that
 *     namespace's
 * @param mountLabel of SELinux that all files of its root show; empty for none
 */
public record NewContainer(
        ContainerId id,
        List<String> names,
        Optional<ImageId> image,
        String metadata,
        Optional<IdMappings> owners,
        String mountLabel) {
    public NewContainer {
        names = List.copyOf(names);
    }

    /** One without a user namespace of its own. */
    public NewContainer(ContainerId id, List<String> names, Optional<ImageId> image, String metadata) {
        this(id, names, image, metadata, Optional.empty());
    }

    /** One without a label of SELinux. */
    public NewContainer(
            ContainerId id, List<String> names, Optional<ImageId> image, String metadata, Optional<IdMappings> owners) {
        this(id, names, image, metadata, owners, "");
    }

    public NewContainer withMountLabel(String label) {
        return new NewContainer(id, names, image, metadata, owners, label);
    }
}
