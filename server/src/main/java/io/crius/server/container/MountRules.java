package io.crius.server.container;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What the configuration says about the sources of mounts.
 *
 * @param mustExist {@code absent_mount_sources_to_reject}: sources that are never made
 * @param storage where the store keeps root filesystems; a private mount of it would keep removed containers busy
 * @param prefix {@code bind_mount_prefix}: where the node's root is seen, for a daemon in a container; else {@code /}
 */
public record MountRules(Set<Path> mustExist, List<Path> storage, Path prefix) {
    private static final Path ROOT = Path.of("/");

    public static final MountRules NONE = new MountRules(Set.of(), List.of());

    /** Rules of a daemon that sees the node's root as its own. */
    public MountRules(Set<Path> mustExist, List<Path> storage) {
        this(mustExist, storage, ROOT);
    }

    public MountRules {
        mustExist = Set.copyOf(mustExist);
        storage = List.copyOf(storage);
    }
}
