package io.crius.storage;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a container's changes of its root filesystem are on disk. Nothing may be written there but through the mount.
 *
 * @param folder the tree
 * @param within the image's tree, of which {@code folder} is a changed copy; empty where it has changes alone
 */
public record WritableTree(Path folder, Optional<Path> within) {}
