package io.crius.server.container;

import static java.lang.System.Logger.Level.INFO;

import io.crius.model.CriusException;
import io.crius.model.ImageId;
import io.crius.runtime.exit.ExitWatcher;
import io.crius.server.container.ImageMounts.Shown;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerDefinition;
import io.crius.server.state.UserNamespace;
import io.crius.storage.MountedContainer;
import io.crius.storage.NewContainer;
import io.crius.storage.Store;
import io.crius.storage.owner.IdMappings;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes and gives back what a container holds outside the daemon. Giving back may be repeated and works whatever part of it
 * was ever taken.
 */
public final class ContainerResources {
    private static final System.Logger LOG = System.getLogger(ContainerResources.class.getName());

    private final Store store;
    private final ExitWatcher exits;
    private final ImageMounts images;
    private final EndedContainers ended;
    private final PendingRemovals removals;

    public ContainerResources(
            Store store, EndedContainers ended, ExitWatcher exits, ImageMounts images, PendingRemovals removals) {
        this.store = store;
        this.exits = exits;
        this.images = images;
        this.ended = ended;
        this.removals = removals;
    }

    /**
     * What the store is told of a container's root filesystem.
     *
     * @param metadata by which other tools know the container
     * @param user the namespace whose users own the files
     * @param label of SELinux that all files show; empty for none
     */
    record Root(String metadata, Optional<UserNamespace> user, String label) {}

    /** Makes and mounts the writable layer, and makes the folders. */
    MountedContainer makeRoot(ContainerDefinition container, Root root) {
        removals.awaitThoseNamed(container.uniqueName());
        try {
            return store.createMountedContainer(stored(container, container.uniqueName(), root));
        } catch (CriusException.AlreadyExists e) {
            // What bears the name in the store cannot be given back yet, or is another tool's: it does not keep the
            // name.
            LOG.log(INFO, () -> e.getMessage() + "; it goes by its id there");
            return store.createMountedContainer(stored(container, container.id().value(), root));
        }
    }

    private static NewContainer stored(ContainerDefinition container, String name, Root root) {
        Optional<IdMappings> owners = root.user().map(own -> new IdMappings(own.uids(), own.gids()));
        return new NewContainer(
                container.id(), List.of(name), Optional.of(container.image()), root.metadata(), owners, root.label());
    }

    /** Mounts the images that the container's mounts show, and says where each is. */
    Map<ImageId, Shown> mountImages(ContainerDefinition container) {
        return images.take(container);
    }

    /**
     * Gives everything back: runtime state and processes, then mount, layer and folders. While the runtime cannot delete it a
     * process may live, so its files stay; they are also what the next attempt finds it by.
     */
    void releaseAll(Container container) {
        ContainerDefinition definition = container.definition();
        try {
            exits.forget(definition.id());
            ended.finish(definition);
            images.release(definition);
            store.deleteContainer(definition.id());
            ended.forget(definition.id());
        } catch (CriusException e) {
            throw new CriusException.Failed(
                    "container " + definition.uniqueName() + " ("
                            + definition.id().abbreviated() + ") could not be given back: " + e.getMessage(),
                    e);
        }
    }
}
