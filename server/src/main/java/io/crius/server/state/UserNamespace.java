package io.crius.server.state;

import io.crius.model.CriusException;
import io.crius.oci.runtime.IdMapping;
import java.util.List;

/** The user namespace that a pod asks for: which of its ids are which of the node's. */
public record UserNamespace(List<IdMapping> uids, List<IdMapping> gids) {
    /** Kernel: the largest id; the one after it means "no change" and cannot be mapped. */
    private static final long LARGEST_ID = 0xffff_fffeL;

    public UserNamespace {
        uids = List.copyOf(uids);
        gids = List.copyOf(gids);
    }

    /**
     * Refuses what cannot be made.
     *
     * <p>Compat: exactly one range of users and one of groups, of the same length, as kubelet gives them and CRI-O wants them.
     */
    public void check(String pod) {
        check(pod, "uids", uids);
        check(pod, "gids", gids);
        if (uids.getFirst().size() != gids.getFirst().size()) {
            throw invalid(
                    pod,
                    "uids map " + uids.getFirst().size() + " ids and gids "
                            + gids.getFirst().size() + "; both have to be of the same length");
        }
    }

    /** Who is the node's user that is root in it. */
    public long rootUid() {
        return root(uids);
    }

    /** Which is the node's group that is root's in it. */
    public long rootGid() {
        return root(gids);
    }

    private static long root(List<IdMapping> ranges) {
        return ranges.stream()
                .filter(range -> range.containerId() == 0)
                .mapToLong(IdMapping::hostId)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("a user namespace without root: " + ranges));
    }

    private static void check(String pod, String field, List<IdMapping> ranges) {
        if (ranges.size() != 1) {
            throw invalid(pod, field + " has " + ranges.size() + " mappings; exactly one is supported");
        }
        IdMapping range = ranges.getFirst();
        if (range.size() == 0) {
            throw invalid(pod, field + " maps no ids: its length is 0");
        }
        if (isTooHigh(range.containerId(), range.size()) || isTooHigh(range.hostId(), range.size())) {
            throw invalid(
                    pod,
                    field + " maps " + range.size() + " ids from " + range.containerId() + " to those from "
                            + range.hostId() + ", which goes beyond the largest id " + LARGEST_ID);
        }
        if (range.containerId() != 0) {
            throw invalid(pod, field + " leaves out 0, who is root in the pod: it begins at " + range.containerId());
        }
        if (range.hostId() == 0) {
            throw invalid(pod, field + " maps the node's root into the pod: host_id is 0");
        }
    }

    private static boolean isTooHigh(long first, long size) {
        return first + size - 1 > LARGEST_ID;
    }

    private static CriusException.InvalidArgument invalid(String pod, String why) {
        return new CriusException.InvalidArgument("pod " + pod + ": userns_options." + why);
    }
}
