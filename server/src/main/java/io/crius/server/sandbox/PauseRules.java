package io.crius.server.sandbox;

import io.crius.server.container.spec.NodeRules.Hierarchy;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What node and configuration say about pause processes.
 *
 * @param root folder with the root filesystem that all of them share; on a file system that programs may be run from
 * @param when {@code drop_infra_ctr}
 * @param cpus {@code infra_ctr_cpuset}: the processors they run on; empty is all
 * @param leastOomScoreAdj the daemon may not go below its own score without CAP_SYS_RESOURCE
 * @param hierarchy the version of cgroups
 */
public record PauseRules(Path root, When when, Optional<String> cpus, int leastOomScoreAdj, Hierarchy hierarchy) {
    /** Which pods get one. */
    public enum When {
        /** Those that share a PID namespace among their containers. */
        NEEDED,
        ALWAYS
    }
}
