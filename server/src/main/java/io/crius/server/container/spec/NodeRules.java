package io.crius.server.container.spec;

import io.crius.cgroup.Cgroups;
import io.crius.cgroup.Controllers;
import io.crius.cgroup.CpuSet;
import io.crius.oci.Capability;
import io.crius.oci.runtime.Access;
import io.crius.oci.runtime.Rlimit;
import io.crius.oci.seccomp.SeccompProfile;
import io.crius.server.selinux.SelinuxLabels;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What node and configuration say about every container.
 *
 * @param selinux which labels are given; empty on a node without SELinux
 */
public record NodeRules(
        ProcessRules process,
        CapabilityRules capabilities,
        LimitRules limits,
        CpuRules cpus,
        SeccompRules seccomp,
        AppArmorRules apparmor,
        Optional<SelinuxLabels> selinux,
        FileRules files) {

    /**
     * About processes.
     *
     * @param environment {@code default_env}, as {@code NAME=value}
     * @param rlimits {@code default_ulimits}, within what the daemon may give; without them a process has the daemon's
     * @param leastOomScoreAdj the daemon may not go below its own score without CAP_SYS_RESOURCE
     * @param leastGoProcessors {@code min_injected_gomaxprocs}; 0 injects none
     */
    public record ProcessRules(
            List<String> environment, List<Rlimit> rlimits, int leastOomScoreAdj, long leastGoProcessors) {
        public ProcessRules {
            environment = List.copyOf(environment);
            rlimits = List.copyOf(rlimits);
        }
    }

    /**
     * About capabilities.
     *
     * @param available what the daemon itself has, which bounds what it can give
     */
    public record CapabilityRules(Set<Capability> defaults, Set<Capability> available, Inheritance inheritance) {}

    /** Whether a container's capabilities are in its inheritable set as well. */
    public enum Inheritance {
        NOT_INHERITABLE,
        INHERITABLE
    }

    /**
     * About cgroups.
     *
     * @param controllers what can be limited on this node
     * @param hierarchy the version of cgroups that the controllers are in
     * @param pids {@code pids_limit}; none where it is not positive
     */
    public record LimitRules(Cgroups cgroups, Controllers controllers, Hierarchy hierarchy, long pids) {}

    /**
     * About CPUs that containers have to themselves.
     *
     * @param shared {@code shared_cpuset}
     * @param housekeeping of some CPUs those that serve interrupts although the others do not
     */
    public record CpuRules(CpuSet shared, UnaryOperator<CpuSet> housekeeping) {
        public static final CpuRules NONE = new CpuRules(CpuSet.EMPTY, cpus -> cpus);
    }

    /** The version of cgroups. */
    public enum Hierarchy {
        V1,
        V2
    }

    /**
     * About seccomp.
     *
     * @param kernel whether the kernel knows it
     * @param standard the profile of RuntimeDefault, read when first needed
     * @param privileged {@code privileged_seccomp_profile}
     */
    public record SeccompRules(
            Support kernel, String goArchitecture, Supplier<SeccompProfile> standard, Optional<Path> privileged) {}

    /**
     * About AppArmor.
     *
     * @param kernel whether the kernel confines by it; where not, every choice of a profile is ignored, as CRI-O does
     * @param standard {@code apparmor_profile}: the profile of RuntimeDefault, and of who chooses none; empty where that is
     *     "unconfined"
     * @param require makes sure that the kernel has a profile, or throws {@link io.crius.model.CriusException.FailedPrecondition}
     */
    public record AppArmorRules(Support kernel, Optional<String> standard, Consumer<String> require) {
        /** A node without. */
        public static final AppArmorRules NONE = new AppArmorRules(Support.MISSING, Optional.empty(), _ -> {});
    }

    /** Whether the node has something. */
    public enum Support {
        THERE,
        MISSING
    }

    /**
     * About files.
     *
     * @param root {@code read_only}: how much every container may do with its root filesystem at most
     * @param timezone the file that is shown as /etc/localtime; empty leaves the image's
     */
    public record FileRules(Access root, Optional<Path> timezone) {
        public static final FileRules DEFAULT = new FileRules(Access.READ_WRITE, Optional.empty());
    }
}
