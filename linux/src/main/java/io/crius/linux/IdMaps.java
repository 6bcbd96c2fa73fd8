package io.crius.linux;

import java.util.List;

/** Which users and groups of a user namespace are which outside; both have at least one range. */
public record IdMaps(List<IdRange> uids, List<IdRange> gids) {
    public IdMaps {
        uids = List.copyOf(uids);
        gids = List.copyOf(gids);
        if (uids.isEmpty() || gids.isEmpty()) {
            throw new IllegalArgumentException("a user namespace needs mappings of users and of groups");
        }
    }
}
