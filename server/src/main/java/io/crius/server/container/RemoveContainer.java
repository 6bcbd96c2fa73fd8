package io.crius.server.container;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.Answer;
import io.crius.model.CriusException;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerState;
import io.crius.server.state.Registry;
import java.time.Duration;

/**
 * RemoveContainer: kills the container where it still runs, notes that it is removed, and answers; then gives back what it
 * held and forgets it. Idempotent; an unknown container is success. What cannot be given back stays with the reconciler and
 * does not keep the name.
 */
public final class RemoveContainer {
    private static final System.Logger LOG = System.getLogger(RemoveContainer.class.getName());

    private final Registry registry;
    private final StopContainer stop;
    private final ContainerRemoval removal;

    public RemoveContainer(Registry registry, StopContainer stop, ContainerRemoval removal) {
        this.registry = registry;
        this.stop = stop;
        this.removal = removal;
    }

    /** As {@link #remove(Container)}; the answer to the current call goes before what is given back afterwards. */
    public void remove(String idOrPrefix) {
        Runnable answered = Answer.CURRENT.isBound() ? Answer.CURRENT.get()::awaitSent : () -> {};
        registry.findContainer(idOrPrefix).ifPresent(container -> remove(container, answered));
    }

    /**
     * Removes one container. Spec: CRI, RemoveContainer: "If the container is running, the container must be forcibly
     * removed" - so it is killed without a grace period.
     *
     * @throws CriusException.DeadlineExceeded where its process does not die in the caller's time; nothing was removed
     */
    public void remove(Container container) {
        remove(container, () -> {});
    }

    private void remove(Container container, Runnable beforeGivingBack) {
        stop.begin(container, Duration.ZERO);
        stop.await(container);
        container.executor().call("removal", () -> {
            if (registry.any(container.id()).isEmpty()) {
                return container.id();
            }
            // A journal that cannot be written does not keep the container: then the caller waits for all of it.
            if (removal.note(container)) {
                var _ = container.executor().submit("giving back what it held", () -> {
                    beforeGivingBack.run();
                    giveBack(container);
                    return container.id();
                });
            } else {
                giveBack(container);
            }
            return container.id();
        });
    }

    /** What is left to the reconciler is no longer the caller's concern. */
    private void giveBack(Container container) {
        try {
            removal.remove(container);
        } catch (CriusException e) {
            if (!(container.state() instanceof ContainerState.Doomed)) {
                throw e;
            }
            LOG.log(WARNING, () -> e.getMessage() + "; it is tried again in the background");
        }
    }
}
