package io.crius.server.container;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.cgroup.CgroupPath;
import io.crius.cgroup.CgroupUsage;
import io.crius.cgroup.CpuSet;
import io.crius.cgroup.MemoryUsage;
import io.crius.model.CriusException;
import io.crius.runtime.ContainerRuntime;
import io.crius.runtime.RuntimeContainer;
import io.crius.server.container.spec.NodeRules;
import io.crius.server.container.spec.NodeRules.Hierarchy;
import io.crius.server.container.spec.NodeRules.LimitRules;
import io.crius.server.state.Container;
import io.crius.server.state.LinuxResources;
import io.crius.server.state.Registry;
import java.nio.file.Path;
import java.util.Optional;

/**
 * UpdateContainerResources: new limits for a container that was created or runs.
 *
 * <p>The OCI runtime changes the cgroup, as CRI-O has it; huge pages and OOM scores, which runtimes do not change, are written
 * here. Only then the limits are journaled and shown. Where the daemon dies in between, kubelet has no answer and asks again, and
 * doing it again is harmless.
 */
public final class UpdateContainerResources {
    private static final System.Logger LOG = System.getLogger(UpdateContainerResources.class.getName());

    private final Registry registry;
    private final ContainerRuntime runtime;
    private final ContainerFiles files;
    private final LimitRules node;
    private final CpuSet sharedCpus;
    private final CpuPins pins;
    private final OomScores scores;

    public UpdateContainerResources(
            Registry registry, ContainerRuntime runtime, ContainerFiles files, NodeRules rules, CpuPins pins) {
        this.registry = registry;
        this.runtime = runtime;
        this.files = files;
        this.node = rules.limits();
        this.sharedCpus = rules.cpus().shared();
        this.pins = pins;
        this.scores = new OomScores(Path.of("/proc"), rules.process().leastOomScoreAdj());
    }

    /**
     * Changes what {@code changes} says and leaves the rest alone.
     *
     * @throws CriusException.NotFound where no container bears the id or prefix
     * @throws CriusException.FailedPrecondition where it has ended
     * @throws CriusException.InvalidArgument where the kernel could never take the values; nothing was changed
     */
    public void update(String idOrPrefix, LinuxResources changes) {
        Container container = registry.container(idOrPrefix);
        ResourceChecks.check(container.id().value(), changes);
        var _ = container.executor().call("update of its resources", () -> update(container, changes));
    }

    private LinuxResources update(Container container, LinuxResources changes) {
        // Compat: the words are CRI-O's.
        RuntimeContainer made = container
                .state()
                .alive()
                .orElseThrow(() -> new CriusException.FailedPrecondition(
                        "container " + container.id() + " is not running or created state: "
                                + ContainerView.of(container).phase()));
        ResourceChange change = ResourceChange.of(
                container.id().value(), container.resources(), changes, node, pins.grant(container, sharedCpus));
        checkUsage(made, changes.memoryLimit());
        warnOfUnified(container, changes);
        if (change.tellsTheRuntime()) {
            runtime.update(made, change.document().toJson());
        }
        change.hugepages()
                .forEach(limit -> node.cgroups().tree().limitHugepages(cgroup(made), limit.pageSize(), limit.limit()));
        if (changes.oomScoreAdj() != 0) {
            scores.set(made.init().pid(), node.cgroups().tree().processes(cgroup(made)), changes.oomScoreAdj());
        }
        container.limit(change.result());
        keepInSpec(container, change);
        return change.result();
    }

    /**
     * Compat: CRI-O's refusal and its words. Kernel: v1 would refuse such a limit, v2 would kill processes until it fits.
     */
    private void checkUsage(RuntimeContainer made, long limit) {
        Optional<MemoryUsage> memory = limit == 0
                ? Optional.empty()
                : node.cgroups().tree().usage(cgroup(made)).flatMap(CgroupUsage::memory);
        long used = memory.map(MemoryUsage::usage).orElse(0L);
        if (limit > 0 && used > limit) {
            throw new CriusException.InvalidArgument("memory validation failed: cannot decrease memory limit to "
                    + limit + ": container " + made.id() + " uses " + used + " bytes; nothing was changed");
        }
    }

    private void warnOfUnified(Container container, LinuxResources changes) {
        if (node.hierarchy() == Hierarchy.V1 && !changes.unified().isEmpty()) {
            LOG.log(
                    WARNING,
                    () -> "container " + container.id() + ": resources.unified "
                            + changes.unified().keySet()
                            + " is ignored: this node has the first version of cgroups");
        }
    }

    /** What people read in the verbose status; the limits are in force and journaled whether or not this can be written. */
    private void keepInSpec(Container container, ResourceChange change) {
        try {
            files.changeSpec(container.definition(), change::in);
        } catch (CriusException e) {
            LOG.log(
                    WARNING,
                    () -> "the verbose status of container " + container.id() + " shows limits from before an update: "
                            + e.getMessage());
        }
    }

    private CgroupPath cgroup(RuntimeContainer made) {
        return node.cgroups().containerCgroup(made.bundle().cgroupParent(), made.id());
    }
}
