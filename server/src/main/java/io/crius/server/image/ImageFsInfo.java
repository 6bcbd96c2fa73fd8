package io.crius.server.image;

import io.crius.image.ImageCatalog;
import io.crius.storage.StoreUsage;
import java.nio.file.Path;

/** ImageFsInfo: what images take. Walks nothing. */
public final class ImageFsInfo {
    /** Where images are kept, and the bytes and inodes that they use. */
    public record Usage(Path mountpoint, long usedBytes, long usedInodes) {}

    private final ImageCatalog catalog;
    private final Path mountpoint;

    /** {@code mountpoint}: the folder that kubelet looks up the file system of. */
    public ImageFsInfo(ImageCatalog catalog, Path mountpoint) {
        this.catalog = catalog;
        this.mountpoint = mountpoint;
    }

    public Usage usage() {
        StoreUsage usage = catalog.usage();
        long inodes = usage.filesystem().totalInodes() - usage.filesystem().freeInodes();
        return new Usage(mountpoint, usage.layerBytes(), inodes);
    }
}
