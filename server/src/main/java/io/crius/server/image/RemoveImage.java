package io.crius.server.image;

import io.crius.image.ImageCatalog;
import io.crius.model.CriusException;

/** RemoveImage: by id the image goes, by name the name. Idempotent. */
public final class RemoveImage {
    private final ImageCatalog catalog;
    private final ImageUsers users;

    public RemoveImage(ImageCatalog catalog, ImageUsers users) {
        this.catalog = catalog;
        this.users = users;
    }

    public void remove(String name) {
        if (name.isEmpty()) {
            throw new CriusException.InvalidArgument("no image specified");
        }
        catalog.find(name).flatMap(image -> users.containerWith(image.id())).ifPresent(container -> {
            // Compat: the words of CRI-O.
            throw new CriusException.FailedPrecondition("the image is in use by " + container);
        });
        catalog.remove(name);
    }
}
