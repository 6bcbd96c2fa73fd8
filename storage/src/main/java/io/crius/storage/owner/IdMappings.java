package io.crius.storage.owner;

import io.crius.linux.IdRange;
import io.crius.model.CriusException;
import io.crius.oci.runtime.IdMapping;
import java.util.List;

/**
 * Which users and groups of the node those of a user namespace are.
 *
 * @param uids at least one range, none overlapping another, and user 0 among them, who owns a container's root
 * @param gids as {@code uids}, for groups
 */
public record IdMappings(List<IdMapping> uids, List<IdMapping> gids) {
    private static final long IDS = 1L << 32;

    public IdMappings {
        uids = checked("users", uids);
        gids = checked("groups", gids);
    }

    /** The id on the node. */
    public long uid(long inside) {
        return outside(uids, inside, "user");
    }

    /** The id on the node. */
    public long gid(long inside) {
        return outside(gids, inside, "group");
    }

    /** As the kernel wants them. */
    public List<IdRange> uidRanges() {
        return ranges(uids);
    }

    /** As the kernel wants them. */
    public List<IdRange> gidRanges() {
        return ranges(gids);
    }

    private static List<IdRange> ranges(List<IdMapping> mappings) {
        return mappings.stream()
                .map(mapping -> new IdRange(mapping.containerId(), mapping.hostId(), mapping.size()))
                .toList();
    }

    private static long outside(List<IdMapping> mappings, long inside, String what) {
        for (IdMapping mapping : mappings) {
            if (inside >= mapping.containerId() && inside - mapping.containerId() < mapping.size()) {
                return mapping.hostId() + inside - mapping.containerId();
            }
        }
        throw new CriusException.FailedPrecondition(what + " " + inside
                + " owns a file of the image, but the user namespace has no such " + what + " (its ranges are "
                + mappings
                + "); give the pod more ids, or use an image with lower ones");
    }

    private static List<IdMapping> checked(String what, List<IdMapping> mappings) {
        List<IdMapping> copy = List.copyOf(mappings);
        for (IdMapping mapping : copy) {
            if (mapping.containerId() < 0
                    || mapping.hostId() < 0
                    || mapping.size() < 1
                    || mapping.containerId() + mapping.size() > IDS
                    || mapping.hostId() + mapping.size() > IDS) {
                throw new CriusException.InvalidArgument("impossible mapping of " + what + ": " + mapping);
            }
        }
        for (int i = 0; i < copy.size(); i++) {
            for (IdMapping other : copy.subList(i + 1, copy.size())) {
                requireApart(what, copy.get(i), other);
            }
        }
        if (copy.stream().noneMatch(mapping -> mapping.containerId() == 0)) {
            throw new CriusException.InvalidArgument(
                    "the mapping of " + what + " leaves out 0, who owns a container's root: " + copy);
        }
        return copy;
    }

    private static void requireApart(String what, IdMapping one, IdMapping other) {
        boolean insideOverlaps = one.containerId() < other.containerId() + other.size()
                && other.containerId() < one.containerId() + one.size();
        boolean outsideOverlaps =
                one.hostId() < other.hostId() + other.size() && other.hostId() < one.hostId() + one.size();
        if (insideOverlaps || outsideOverlaps) {
            throw new CriusException.InvalidArgument("mappings of " + what + " overlap: " + one + " and " + other);
        }
    }
}
