package io.crius.server.image;

import io.crius.image.Image;
import io.crius.image.ImageCatalog;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.ImageId;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** RemoveImage: by id the image goes, by name the name. Idempotent. */
public final class RemoveImage {
    private final ImageCatalog catalog;
    private final ImageRemovals notes;
    private final Consumer<ImageId> removals;
    private final Function<ImageId, Optional<ContainerId>> mounting;

    /**
     * @param removals waits for containers of an image that are being removed
     * @param mounting gives a container that mounts an image as a volume
     */
    public RemoveImage(
            ImageCatalog catalog,
            ImageRemovals notes,
            Consumer<ImageId> removals,
            Function<ImageId, Optional<ContainerId>> mounting) {
        this.catalog = catalog;
        this.notes = notes;
        this.removals = removals;
        this.mounting = mounting;
    }

    public void remove(String name) {
        if (name.isEmpty()) {
            throw new CriusException.InvalidArgument("no image specified");
        }
        Optional<ImageId> found = catalog.find(name).map(Image::id);
        if (found.isEmpty()) {
            catalog.remove(name);
            return;
        }
        removals.accept(found.get());
        requireUnmounted(found.get());
        notes.make(found.get(), () -> catalog.remove(name));
    }

    private void requireUnmounted(ImageId image) {
        mounting.apply(image).ifPresent(container -> {
            throw new CriusException.FailedPrecondition("image " + image + " is in use by container " + container
                    + ", which mounts it; remove the container, or wait until it has given the mount back");
        });
    }
}
