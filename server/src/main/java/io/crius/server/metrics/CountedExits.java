package io.crius.server.metrics;

import io.crius.model.ContainerId;
import io.crius.runtime.exit.ContainerExit;
import io.crius.runtime.exit.ExitListener;
import io.crius.server.state.Registry;

/** Counts containers whose monitor is gone, and passes everything on. Thread-safe. */
public final class CountedExits implements ExitListener {
    private final Registry registry;
    private final ContainerCounts counts;
    private final ExitListener others;

    public CountedExits(Registry registry, ContainerCounts counts, ExitListener others) {
        this.registry = registry;
        this.counts = counts;
        this.others = others;
    }

    @Override
    public void exited(ContainerExit exit) {
        others.exited(exit);
    }

    @Override
    public void monitorLost(ContainerId id) {
        registry.any(id)
                .ifPresent(
                        container -> counts.monitorLost(container.definition().uniqueName()));
        others.monitorLost(id);
    }
}
