package io.crius.server.container;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.CriusException;
import io.crius.server.state.Container;
import io.crius.server.state.Registry;

/**
 * The last step of a container's life: everything is given back, then the container is forgotten.
 *
 * <p>Runs in the container's executor.
 */
public final class ContainerRemoval {
    private static final System.Logger LOG = System.getLogger(ContainerRemoval.class.getName());

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

    /**
     * Notes that the container is removed, so that after a death in the midst of giving back a container without its layer is not
     * taken for one that has ended; whether that is written.
     */
    boolean note(Container container) {
        if (!container.state().visible() || !container.isJournaled()) {
            return false;
        }
        try {
            container.retire();
            return true;
        } catch (CriusException.Failed e) {
            LOG.log(WARNING, () -> "removal of container " + container.id() + ": " + e.getMessage());
            return false;
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
