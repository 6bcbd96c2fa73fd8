package io.crius.server.stats;

import io.crius.model.CriusException;
import io.crius.server.state.Pod;
import io.crius.server.state.Registry;

/** PodSandboxStats: what one pod uses. */
public final class PodSandboxStats {
    private final Registry registry;
    private final ListPodSandboxStats all;

    public PodSandboxStats(Registry registry, ListPodSandboxStats all) {
        this.registry = registry;
        this.all = all;
    }

    /**
     * The pod with what it uses.
     *
     * @throws CriusException.NotFound where none bears the id or prefix
     * @throws CriusException.FailedPrecondition where it is not ready
     */
    public MeasuredPod stats(String idOrPrefix) {
        Pod pod = registry.pod(idOrPrefix);
        return all.measured(pod)
                .orElseThrow(() -> new CriusException.FailedPrecondition(
                        "pod " + pod.id() + " is not ready: there is nothing to measure"));
    }
}
