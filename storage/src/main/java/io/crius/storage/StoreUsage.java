package io.crius.storage;

import java.nio.file.Path;

/**
 * What the store takes and what is left.
 *
 * @param root the folder that the numbers of the file system are about
 * @param filesystem of that folder
 * @param layerBytes uncompressed sizes of all layers that have one, each counted once
 */
public record StoreUsage(Path root, Filesystem filesystem, long layerBytes, int layers, int images, int containers) {
    /** @param availableBytes what is left to unprivileged writers, which is what matters for eviction */
    public record Filesystem(long totalBytes, long freeBytes, long availableBytes, long totalInodes, long freeInodes) {}
}
