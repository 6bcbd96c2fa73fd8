package io.crius.server.stats;

import io.crius.server.container.ContainerView;
import io.crius.server.container.ListContainers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** ListContainerStats and StreamContainerStats: what the containers that run and pass a filter use. */
public final class ListContainerStats {
    private final ListContainers containers;
    private final Sampler sampler;

    public ListContainerStats(ListContainers containers, Sampler sampler) {
        this.containers = containers;
        this.sampler = sampler;
    }

    /** Conditions that are given must all hold; ids may be shortened. */
    public List<MeasuredContainer> list(Optional<String> id, Optional<String> pod, Map<String, String> labels) {
        sampler.forgetTheDead();
        var filter = new ListContainers.Filter(id, pod, Optional.of(ContainerView.Phase.RUNNING), labels);
        return containers.list(filter).stream().flatMap(this::measured).toList();
    }

    /** One that ends meanwhile is left out. */
    private Stream<MeasuredContainer> measured(ContainerView view) {
        return sampler.of(view).map(sample -> new MeasuredContainer(view, sample)).stream();
    }
}
