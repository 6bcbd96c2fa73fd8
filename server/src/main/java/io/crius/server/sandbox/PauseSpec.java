package io.crius.server.sandbox;

import io.crius.cgroup.Cgroups;
import io.crius.oci.runtime.Access;
import io.crius.oci.runtime.Capabilities;
import io.crius.oci.runtime.LinuxCpu;
import io.crius.oci.runtime.LinuxNamespace;
import io.crius.oci.runtime.NamespaceType;
import io.crius.oci.runtime.Root;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.oci.runtime.SpecMount;
import io.crius.oci.runtime.User;
import io.crius.server.annotation.WorkloadResources;
import io.crius.server.container.spec.NodeRules.Hierarchy;
import io.crius.server.state.NamespaceMode;
import io.crius.server.state.PodDefinition;
import io.crius.server.state.PodLabels;
import io.crius.server.state.SelinuxLabel;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The runtime spec of a pause process: it may do nothing, and sees nothing of the node. */
final class PauseSpec {
    /** Compat: CRI-O's, which the kernel spares almost as long as it can. */
    private static final int OOM_SCORE_ADJ = -998;

    /** Compat: the least there is. */
    private static final long CPU_SHARES = 2;

    /** Compat: the user of Kubernetes' pause image. */
    private static final User NOBODY = new User(65_535, 65_535, OptionalInt.empty(), List.of());

    private static final List<String> SECRETS = List.of(
            "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/sched_debug");

    private final SandboxSpec specs;
    private final PauseRules rules;

    PauseSpec(Cgroups cgroups, PauseRules rules) {
        this.specs = new SandboxSpec(cgroups);
        this.rules = rules;
    }

    RuntimeSpec of(PodDefinition pod) {
        LinuxCpu cpu = cpu(pod.plan().choices().pause());
        RuntimeSpec sandbox = specs.of(pod);
        PodLabels labels = pod.plan().choices().labels();
        return sandbox.withRoot(new Root(rules.root().toString(), Access.READ_ONLY))
                .withProcess(p -> p.args(List.of("/" + PodPause.PROGRAM))
                        .user(NOBODY)
                        .cwd("/")
                        .capabilities(Capabilities.NONE)
                        .noNewPrivileges(true)
                        .selinuxLabel(labels.process().map(SelinuxLabel::toString))
                        .oomScoreAdj(Math.max(OOM_SCORE_ADJ, rules.leastOomScoreAdj())))
                .withMounts(List.of(
                        SpecMount.of("/proc", "proc", "proc", List.of("nosuid", "noexec", "nodev")),
                        SpecMount.of("/dev", "tmpfs", "tmpfs", List.of("nosuid", "noexec", "mode=755", "size=64k"))))
                .withLinux(l -> l.namespaces(namespaces(pod, sandbox.linux().namespaces()))
                        .mountLabel(labels.files().map(SelinuxLabel::toString))
                        .maskedPaths(SECRETS)
                        .readonlyPaths(List.of("/proc/sys", "/proc/sysrq-trigger")))
                .withResources(r -> r.withCpu(cpu));
    }

    /** The node's, and over them what the pod's workload class says. */
    private LinuxCpu cpu(WorkloadResources workload) {
        LinuxCpu cpu = LinuxCpu.NONE.withShares(workload.shares().orElse(CPU_SHARES));
        cpu = workload.cpus().or(rules::cpus).map(cpu::withCpus).orElse(cpu);
        OptionalLong quota = workload.effectiveQuota(0);
        cpu = quota.isPresent() ? cpu.withQuota(quota.getAsLong()) : cpu;
        return workload.period().isPresent() ? cpu.withPeriod(workload.period().getAsLong()) : cpu;
    }

    /**
     * Those of the pod, and some of its own. Compat: the host name is the UTS namespace's already, and runtimes refuse
     * to set it there.
     */
    private List<LinuxNamespace> namespaces(PodDefinition pod, List<LinuxNamespace> shared) {
        var namespaces = new ArrayList<>(shared);
        namespaces.add(LinuxNamespace.fresh(NamespaceType.MOUNT));
        if (pod.request().namespaces().pid() != NamespaceMode.NODE) {
            namespaces.add(LinuxNamespace.fresh(NamespaceType.PID));
        }
        if (rules.hierarchy() == Hierarchy.V2) {
            namespaces.add(LinuxNamespace.fresh(NamespaceType.CGROUP));
        }
        return namespaces;
    }
}
