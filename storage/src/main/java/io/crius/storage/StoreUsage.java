package io.crius.storage;

import io.crius.storage.disk.FolderSize;
import java.nio.file.Path;
import java.time.Instant;

/**
 * What the store takes on disk.
 *
 * @param at when it was counted last
 * @param images their layers, data and records
 * @param containers their writable layers and private folders
 * @param layers of both, without those of additional stores
 */
public record StoreUsage(Instant at, Part images, Part containers, int layers) {
    /**
     * One side of the store.
     *
     * @param folder one on its file system; that of both sides where they are on the same
     * @param size blocks on the disk, and inodes
     */
    public record Part(Path folder, FolderSize.Size size) {
        public Part plus(FolderSize.Size more) {
            return new Part(folder, size.plus(more));
        }
    }

    public StoreUsage with(Part otherImages, Part otherContainers) {
        return new StoreUsage(at, otherImages, otherContainers, layers);
    }

    /** Whether images are kept apart from containers. */
    public boolean isSplit() {
        return !images.folder.equals(containers.folder);
    }
}
