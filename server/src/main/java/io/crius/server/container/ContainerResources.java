package io.crius.server.container;

import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.runtime.ContainerRuntime;
import io.crius.runtime.exit.ExitWatcher;
import io.crius.server.state.ContainerDefinition;
import io.crius.storage.NewContainer;
import io.crius.storage.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Takes and gives back what a container holds outside the daemon. Giving back may be repeated and works whatever part of it
 * was ever taken.
 */
public final class ContainerResources {
    private final Store store;
    private final ContainerRuntime runtime;
    private final ExitWatcher exits;

    public ContainerResources(Store store, ContainerRuntime runtime, ExitWatcher exits) {
        this.store = store;
        this.runtime = runtime;
        this.exits = exits;
    }

    /** Makes the writable layer and the folders. */
    void makeLayer(ContainerDefinition container, String metadata) {
        store.createContainer(new NewContainer(
                container.id(), List.of(container.uniqueName()), Optional.of(container.image()), metadata));
        var _ = store.containerFolder(container.id());
        var _ = store.containerRunFolder(container.id());
    }

    Path mount(ContainerId id) {
        return store.mountContainer(id);
    }

    /** Gives everything back: runtime state and processes, mount, layer, folders. */
    public void releaseAll(ContainerDefinition container) {
        exits.forget(container.id());
        try {
            runtime.delete(container.bundle());
        } finally {
            if (store.container(container.id()).isPresent()) {
                store.deleteContainer(container.id());
            }
        }
    }

    /** The same, with an error that names the container. */
    void releaseOrExplain(ContainerDefinition container) {
        try {
            releaseAll(container);
        } catch (CriusException e) {
            throw new CriusException.Failed(
                    "container " + container.uniqueName() + " ("
                            + container.id().abbreviated() + ") could not be given back: " + e.getMessage(),
                    e);
        }
    }
}
