package io.crius.server.container;

import io.crius.server.state.Container;
import io.crius.server.state.Registry;

/**
 * The last step of a container's life: everything is given back, then the container is forgotten.
 *
 * <p>Runs in the container's executor.
 */
public final class ContainerRemoval {
    private final Registry registry;
    private final ContainerResources resources;

    public ContainerRemoval(Registry registry, ContainerResources resources) {
        this.registry = registry;
        this.resources = resources;
    }

    /**
     * Kills what is left of the container, gives everything back and forgets it. Idempotent. Where something cannot be given
     * back now, this throws it and the container is doomed: its name is free, and the reconciler goes on trying.
     */
    public void remove(Container container) {
        if (registry.any(container.id()).isEmpty()) {
            return;
        }
        try {
            resources.releaseAll(container);
            registry.forget(container);
        } catch (RuntimeException e) {
            doom(container, e);
            throw e;
        }
    }

    private static void doom(Container container, RuntimeException cause) {
        try {
            container.doom(String.valueOf(cause.getMessage()));
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }
}
