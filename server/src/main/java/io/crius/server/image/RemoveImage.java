package io.crius.server.image;

import io.crius.image.ImageCatalog;
import io.crius.model.CriusException;

/** RemoveImage: by id the image goes, by name the name. Idempotent. */
public final class RemoveImage {
    private final ImageCatalog catalog;

    public RemoveImage(ImageCatalog catalog) {
        this.catalog = catalog;
    }

    public void remove(String name) {
        if (name.isEmpty()) {
            throw new CriusException.InvalidArgument("no image specified");
        }
        catalog.remove(name);
    }
}
