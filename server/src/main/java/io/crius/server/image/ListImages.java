package io.crius.server.image;

import io.crius.image.Image;
import io.crius.image.ImageCatalog;
import java.util.List;
import java.util.Optional;

/** ListImages: all images, or the one that a filter names. */
public final class ListImages {
    private final ImageCatalog catalog;

    public ListImages(ImageCatalog catalog) {
        this.catalog = catalog;
    }

    public List<Image> list(Optional<String> name) {
        return name.map(n -> catalog.find(n).stream().toList()).orElseGet(catalog::list);
    }
}
