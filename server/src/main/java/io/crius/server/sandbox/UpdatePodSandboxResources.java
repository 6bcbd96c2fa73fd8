package io.crius.server.sandbox;

import io.crius.model.CriusException;
import io.crius.server.state.LinuxResources;
import io.crius.server.state.Pod;
import io.crius.server.state.PodLimits;
import io.crius.server.state.PodName;
import io.crius.server.state.Registry;
import java.util.Optional;

/**
 * UpdatePodSandboxResources: remembers, over restarts too, what a pod as a whole may use from now on.
 *
 * <p>Spec: CRI, kubelet calls it after it has changed the pod's cgroup. Compat: no cgroup is changed, as with CRI-O.
 */
public final class UpdatePodSandboxResources {
    private final Registry registry;

    public UpdatePodSandboxResources(Registry registry) {
        this.registry = registry;
    }

    /**
     * Takes over what is said; what is empty stays.
     *
     * @throws CriusException.NotFound where no pod bears the id or prefix
     */
    public void update(String idOrPrefix, Optional<LinuxResources> overhead, Optional<LinuxResources> resources) {
        Pod pod = registry.pod(idOrPrefix);
        PodName name = pod.definition().name();
        overhead.ifPresent(limits -> check(name, "overhead", limits));
        resources.ifPresent(limits -> check(name, "resources", limits));
        var _ = pod.executor().call("update of its resources", () -> {
            PodLimits now = pod.limits();
            pod.limit(new PodLimits(overhead.orElse(now.overhead()), resources.orElse(now.resources())));
            return pod.id();
        });
    }

    /** Refuses limits that no kernel takes. */
    static void check(PodName pod, String field, LinuxResources limits) {
        if (limits.memoryLimit() < -1 || limits.cpuQuota() < -1 || limits.cpuShares() < 0 || limits.cpuPeriod() < 0) {
            throw new CriusException.InvalidArgument("pod " + pod + ": " + field
                    + " has a negative limit: memory " + limits.memoryLimit() + ", CPU quota " + limits.cpuQuota()
                    + ", period " + limits.cpuPeriod() + ", shares " + limits.cpuShares());
        }
    }
}
