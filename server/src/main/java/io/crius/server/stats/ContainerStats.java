package io.crius.server.stats;

import io.crius.model.CriusException;
import io.crius.server.container.ContainerView;
import io.crius.server.state.Registry;

/** ContainerStats: what one container uses. */
public final class ContainerStats {
    private final Registry registry;
    private final Sampler sampler;

    public ContainerStats(Registry registry, Sampler sampler) {
        this.registry = registry;
        this.sampler = sampler;
    }

    /**
     * The container with what it uses.
     *
     * @throws CriusException.NotFound where none bears the id or prefix
     * @throws CriusException.FailedPrecondition where it does not run
     */
    public MeasuredContainer stats(String idOrPrefix) {
        ContainerView view = ContainerView.of(registry.container(idOrPrefix));
        return sampler.of(view)
                .map(sample -> new MeasuredContainer(view, sample))
                .orElseThrow(() -> new CriusException.FailedPrecondition(
                        "container " + view.definition().id() + " does not run (" + view.phase()
                                + "): there is nothing to measure"));
    }
}
