package io.crius.server.stats;

import io.crius.server.container.ContainerView;
import io.crius.server.sandbox.ListPodSandbox;
import io.crius.server.state.Pod;
import io.crius.server.state.Registry;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** ListPodSandboxStats and StreamPodSandboxStats: what the pods that are ready and pass a filter use. */
public final class ListPodSandboxStats {
    private final Registry registry;
    private final ListPodSandbox pods;
    private final Sampler sampler;

    public ListPodSandboxStats(Registry registry, ListPodSandbox pods, Sampler sampler) {
        this.registry = registry;
        this.pods = pods;
        this.sampler = sampler;
    }

    /** Conditions that are given must all hold; the id may be shortened. */
    public List<MeasuredPod> list(Optional<String> id, Map<String, String> labels) {
        sampler.forgetTheDead();
        var filter = new ListPodSandbox.Filter(id, Optional.of(ListPodSandbox.Readiness.READY), labels);
        return pods.list(filter).stream()
                .map(this::measured)
                .flatMap(Optional::stream)
                .toList();
    }

    /** The pod with its containers; empty where it is not ready. */
    Optional<MeasuredPod> measured(Pod pod) {
        return sampler.of(pod).map(sample -> new MeasuredPod(pod, sample, containers(pod)));
    }

    private List<MeasuredContainer> containers(Pod pod) {
        return registry.containersOf(pod.id()).stream()
                .map(ContainerView::of)
                .flatMap(view -> sampler.of(view).map(s -> new MeasuredContainer(view, s)).stream())
                .toList();
    }
}
