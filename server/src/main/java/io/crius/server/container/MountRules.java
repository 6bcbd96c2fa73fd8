package io.crius.server.container;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What the configuration says about the sources of mounts.
 *
 * @param mustExist {@code absent_mount_sources_to_reject}: sources that are never made
 * @param storage where the store keeps root filesystems; a private mount of it would keep removed containers busy
 */
public record MountRules(Set<Path> mustExist, List<Path> storage) {
    public static final MountRules NONE = new MountRules(Set.of(), List.of());

    public MountRules {
        mustExist = Set.copyOf(mustExist);
        storage = List.copyOf(storage);
    }
}
