package io.crius.server.image;

import io.crius.image.ImageCatalog;
import io.crius.storage.StoreUsage;

/**
 * ImageFsInfo: what images and containers take of their file systems. Waits for nothing: what is known is answered, and
 * where it is old it is counted anew for the next call.
 */
public final class ImageFsInfo {
    private final ImageCatalog catalog;

    public ImageFsInfo(ImageCatalog catalog) {
        this.catalog = catalog;
    }

    public StoreUsage usage() {
        return catalog.usage();
    }
}
