package io.crius.server.container;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.cgroup.Cgroups;
import io.crius.cgroup.CpuSet;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.server.container.spec.CpuStep;
import io.crius.server.cpu.CpuGrant;
import io.crius.server.cpu.CpuIsolation;
import io.crius.server.cpu.CpuWishes;
import io.crius.server.state.Container;
import io.crius.server.state.Pod;
import io.crius.server.state.Registry;
import java.util.Optional;

/** Changes the node for containers whose annotations wish it, before they start, and changes it back. Thread-safe. */
public final class CpuPins {
    private static final System.Logger LOG = System.getLogger(CpuPins.class.getName());

    private final Registry registry;
    private final ContainerPlanner planner;
    private final Cgroups cgroups;
    private final CpuIsolation isolation;

    public CpuPins(Registry registry, ContainerPlanner planner, Cgroups cgroups, CpuIsolation isolation) {
        this.registry = registry;
        this.planner = planner;
        this.cgroups = cgroups;
        this.isolation = isolation;
    }

    /** In the container's executor, before it starts. */
    void begin(Container container) {
        registry.any(container.definition().pod())
                .flatMap(pod -> subject(pod, container))
                .ifPresent(isolation::begin);
    }

    private Optional<CpuIsolation.Subject> subject(Pod pod, Container container) {
        CpuWishes wishes = wishes(pod, container);
        if (!wishes.changeTheNode()) {
            return Optional.empty();
        }
        return Optional.of(new CpuIsolation.Subject(
                container.id(),
                CpuSet.parse(container.resources().cpusetCpus()),
                wishes,
                cgroups.containerCgroup(container.definition().bundle().cgroupParent(), container.id()),
                cgroups.podCgroup(pod.definition().cgroupParent())));
    }

    /** What counts of the container's annotations: nothing where it has no CPUs to itself. */
    private CpuWishes wishes(Pod pod, Container container) {
        return CpuStep.hasWholeCpus(container.resources())
                ? CpuWishes.of(
                        container.definition().name().name(),
                        planner.annotations(
                                pod.definition(), container.definition().request()))
                : CpuWishes.NONE;
    }

    /**
     * What the container may use beyond what kubelet says in a change of its limits. A runtime handler that is not there any
     * more allows nothing: the change itself is more important.
     */
    CpuGrant grant(Container container, CpuSet shared) {
        try {
            return registry.any(container.definition().pod())
                    .map(pod -> CpuGrant.of(wishes(pod, container), shared))
                    .orElse(CpuGrant.NONE);
        } catch (CriusException.InvalidArgument | CriusException.FailedPrecondition e) {
            LOG.log(
                    WARNING,
                    () -> "container " + container.id() + ": annotations about its CPUs are left out of a change: "
                            + e.getMessage());
            return CpuGrant.NONE;
        }
    }

    /** Changes back what containers needed that ended while no daemon was there. Once, at the start. */
    public void recover() {
        for (ContainerId id : isolation.subjects()) {
            boolean lives = registry.any(id)
                    .filter(container -> container.state().alive().isPresent())
                    .isPresent();
            if (!lives) {
                endOrLog(id);
            }
        }
    }

    private void endOrLog(ContainerId id) {
        try {
            isolation.end(id);
        } catch (CriusException e) {
            LOG.log(WARNING, () -> e.getMessage() + "; it is tried again at the next start");
        }
    }
}
