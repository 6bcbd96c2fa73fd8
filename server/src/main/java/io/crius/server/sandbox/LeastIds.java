package io.crius.server.sandbox;

import io.crius.model.CriusException;
import io.crius.oci.runtime.IdMapping;
import java.util.List;
import java.util.Optional;

/**
 * The least ids of the node that an annotation may map into a pod. Compat: CRI-O's options and words.
 *
 * @param user {@code minimum_mappable_uid}; -1 sets no bound
 * @param group {@code minimum_mappable_gid}; -1 sets no bound
 */
public record LeastIds(long user, long group) {
    public static final LeastIds NONE = new LeastIds(-1, -1);

    /** Refuses mappings that a request names, unless its runner is root or a user that the bound allows. */
    void checkRunner(Optional<Long> runner) {
        if (runner.filter(id -> id == 0).isPresent()) {
            return;
        }
        if (user < 0) {
            throw new CriusException.InvalidArgument(
                    "cannot use uidmapping or gidmapping if not running as root and minimum_mappable_uid is not set");
        }
        if (runner.filter(id -> id < user).isPresent()) {
            throw new CriusException.InvalidArgument(
                    "cannot use uidmapping or gidmapping if running as a UID below minimum_mappable_uid " + user);
        }
    }

    void checkUsers(List<IdMapping> mappings) {
        check("UID", user, mappings);
    }

    void checkGroups(List<IdMapping> mappings) {
        check("GID", group, mappings);
    }

    private static void check(String what, long least, List<IdMapping> mappings) {
        mappings.stream().filter(range -> range.hostId() < least).findFirst().ifPresent(range -> {
            throw new CriusException.InvalidArgument("not allowed to map " + what + " range (" + range.hostId() + "-"
                    + (range.hostId() + range.size() - 1) + "), below minimum mappable " + what + " " + least);
        });
    }
}
