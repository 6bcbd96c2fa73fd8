package io.crius.server.container;

import io.crius.model.CriusException;
import io.crius.server.state.LinuxResources;
import java.util.regex.Pattern;

/** Refuses changes of limits that no kernel takes, before anything is changed. Zero and empty say nothing and so are right. */
final class ResourceChecks {
    /** Kernel: sched-bwc.rst, a period is between a millisecond and a second, a quota at least a millisecond. */
    private static final long SHORTEST_MICROS = 1_000;

    private static final long LONGEST_PERIOD_MICROS = 1_000_000;
    private static final long UNLIMITED = -1;
    private static final int LARGEST_OOM_SCORE = 1000;

    /** Kernel: cpuset(7), "List format". */
    private static final Pattern CPU_LIST = Pattern.compile("\\d{1,5}(-\\d{1,5})?(,\\d{1,5}(-\\d{1,5})?)*");

    private static final Pattern PAGE_SIZE = Pattern.compile("[1-9][0-9]{0,9}[KMG]B");

    /** Kernel: cgroup-v2.rst, files are named by their controller. */
    private static final Pattern UNIFIED_FILE = Pattern.compile("[a-z0-9_]+(\\.[A-Za-z0-9_]+)+");

    private final String container;

    private ResourceChecks(String container) {
        this.container = container;
    }

    /** {@code container} is how errors name it. */
    static void check(String container, LinuxResources changes) {
        var checks = new ResourceChecks(container);
        checks.cpu(changes);
        checks.memory(changes);
        changes.hugepages().forEach(checks::hugepages);
        changes.unified().keySet().forEach(checks::unified);
    }

    private void cpu(LinuxResources changes) {
        long period = changes.cpuPeriod();
        require(
                period == 0 || (period >= SHORTEST_MICROS && period <= LONGEST_PERIOD_MICROS),
                "cpu_period " + period + " is not between 1000 and 1000000 microseconds");
        long quota = changes.cpuQuota();
        require(
                quota == 0 || quota == UNLIMITED || quota >= SHORTEST_MICROS,
                "cpu_quota " + quota + " is neither -1 nor at least 1000 microseconds");
        require(changes.cpuShares() >= 0, "cpu_shares " + changes.cpuShares() + " is negative");
        list("cpuset_cpus", changes.cpusetCpus());
        list("cpuset_mems", changes.cpusetMems());
    }

    private void list(String field, String list) {
        require(
                list.isEmpty() || CPU_LIST.matcher(list).matches(),
                field + " \"" + list + "\" is not a list of numbers and ranges such as 0-3,7");
    }

    private void memory(LinuxResources changes) {
        require(changes.memoryLimit() >= 0, "memory_limit_in_bytes " + changes.memoryLimit() + " is negative");
        require(
                changes.memorySwapLimit() >= UNLIMITED,
                "memory_swap_limit_in_bytes " + changes.memorySwapLimit() + " is less than -1, which is no limit");
        require(
                Math.abs(changes.oomScoreAdj()) <= LARGEST_OOM_SCORE,
                "oom_score_adj " + changes.oomScoreAdj() + " is not between -1000 and 1000");
    }

    private void hugepages(LinuxResources.HugepageLimit limit) {
        require(
                PAGE_SIZE.matcher(limit.pageSize()).matches(),
                "hugepage_limits: \"" + limit.pageSize() + "\" is not a page size such as 2MB");
    }

    private void unified(String file) {
        require(
                UNIFIED_FILE.matcher(file).matches(),
                "unified: \"" + file + "\" is not a file of a cgroup such as memory.high");
    }

    private void require(boolean right, String wrong) {
        if (!right) {
            throw new CriusException.InvalidArgument(
                    "update the resources of container " + container + ": " + wrong + "; nothing was changed");
        }
    }
}
