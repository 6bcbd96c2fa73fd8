package io.crius.server.cpu;

import io.crius.cgroup.CpuSet;

/**
 * What a container may use beyond the CPUs and the CPU time that kubelet gives it, by its annotations. Immutable.
 *
 * @param shared CPUs that it uses beside its own; empty where none are shared
 * @param quota whether CPU time is limited
 */
public record CpuGrant(CpuSet shared, CpuWishes.Quota quota) {
    public static final CpuGrant NONE = new CpuGrant(CpuSet.EMPTY, CpuWishes.Quota.IN_FORCE);

    private static final long UNLIMITED = -1;

    /** What the wishes grant on a node with these CPUs for all. */
    public static CpuGrant of(CpuWishes wishes, CpuSet shared) {
        return new CpuGrant(wishes.sharing() == CpuWishes.Sharing.SHARED_TOO ? shared : CpuSet.EMPTY, wishes.quota());
    }

    /** The CPUs to use, of a list of its own. */
    public String cpus(String own) {
        return shared.isEmpty() ? own : CpuSet.parse(own).and(shared).toString();
    }

    /**
     * The quota in force. Compat: with more CPUs the container may use more time.
     *
     * @param asked microseconds per period; none where it is not positive
     * @param periodMicros 0 where it is not known
     * @param own the CPUs that are its own
     */
    public long quota(long asked, long periodMicros, String own) {
        if (quota == CpuWishes.Quota.LIFTED) {
            return UNLIMITED;
        }
        boolean wider = asked > 0 && periodMicros > 0 && !shared.isEmpty();
        return wider ? asked + shared.without(CpuSet.parse(own)).size() * periodMicros : asked;
    }
}
