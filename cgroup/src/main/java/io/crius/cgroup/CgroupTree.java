package io.crius.cgroup;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The cgroups of the node by path, whichever version they are of.
 *
 * <p>A cgroup that is not there has no processes, no limits and no usage: reading it gives empty values and not an error,
 * because cgroups may go away at any time.
 */
public interface CgroupTree {
    /** The tree of a layout. */
    static CgroupTree of(CgroupLayout layout) {
        return layout.mode() == CgroupLayout.Mode.V2
                ? new UnifiedTree(layout.unified().orElseThrow(), BusyRetry.REAL)
                : new HierarchiesTree(layout, BusyRetry.REAL);
    }

    /** What a container can be limited in here. */
    Controllers controllers();

    /** Whether the cgroup is there, in any hierarchy. */
    boolean exists(CgroupPath path);

    /**
     * Makes a cgroup and its missing parents, in every hierarchy that is mounted. Idempotent. After a failure it may be
     * there in some hierarchies; {@link #remove} takes them away.
     */
    void create(CgroupPath path);

    /**
     * Removes a cgroup and all below it, deepest first. Idempotent. Processes are not killed; while some are left the
     * removal is tried again for about a second, then the error names them, and the cgroup is left in some hierarchies.
     */
    void remove(CgroupPath path);

    /**
     * Takes a cgroup without processes out of the scheduler's balancing. Kernel: on v1 a cpuset that overlaps an exclusive one
     * and balances, even an empty one, merges their scheduling domains. Nothing is to do on v2.
     */
    void stopLoadBalancing(CgroupPath path);

    /**
     * Keeps the scheduler's balancing off CPUs that a cgroup with processes has to itself. Kernel: on v1 this counts
     * where its parents do not balance either; on v2, since 6.7, the cgroup becomes an isolated partition.
     *
     * @throws io.crius.model.CriusException.FailedPrecondition where the kernel does not make it one, with its reason
     */
    void isolate(CgroupPath path, CpuSet cpus);

    /** Takes back what {@link #isolate} did, on its parents as well. Idempotent; the cgroup may be gone. */
    void endIsolation(CgroupPath path, CpuSet cpus);

    /** Takes away the limit of CPU time of a cgroup; its parents' still count. Idempotent; without the cgroup it does nothing. */
    void liftCpuQuota(CgroupPath path);

    /** Moves a process with all its threads into a cgroup that is there. */
    void addProcess(CgroupPath path, long pid);

    /**
     * Says that within 40 ms an OCI runtime, or whoever, will move a process: the kernel is then ready for it, which
     * saves 8 to 40 ms. Returns at once.
     */
    void expectMoves();

    /** Whether somebody froze the cgroup, or is about to; its processes then see no signal. */
    boolean isFrozen(CgroupPath path);

    /** The processes in a cgroup and below it, ascending. */
    List<Long> processes(CgroupPath path);

    /** The memory limit of the cgroup itself in bytes; empty if there is none. */
    OptionalLong memoryLimit(CgroupPath path);

    /**
     * Limits the huge pages of one size in a cgroup that is there.
     *
     * @param pageSize in the kernel's spelling, for example {@code 2MB}
     * @throws io.crius.model.CriusException.InvalidArgument where the node has no huge pages of that size
     */
    void limitHugepages(CgroupPath path, String pageSize, long bytes);

    /** How many processes the kernel killed in the cgroup because its memory was used up. */
    OptionalLong oomKills(CgroupPath path);

    /** Measures a cgroup, be it there or not. */
    CgroupMeter meter(CgroupPath path, MeterFiles files);

    /** What a cgroup uses now; empty if it is not there. */
    default Optional<CgroupUsage> usage(CgroupPath path) {
        try (CgroupMeter meter = meter(path, MeterFiles.ONCE)) {
            return meter.usage(new byte[0]);
        }
    }
}
