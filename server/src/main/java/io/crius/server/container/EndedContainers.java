package io.crius.server.container;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.runtime.ContainerRuntime;
import io.crius.server.cpu.CpuIsolation;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerState;
import io.crius.storage.Store;
import java.time.Duration;

/**
 * Gives back what a container that has ended does not need any more, before anybody asks for its removal: its state in the
 * runtime, its cgroup, its monitor's files, the mount of its root, settings of CPUs that it had to itself. What is left for the removal is quick.
 *
 * <p>Runs in the container's executor, after its end was published: nobody waits for it but a removal.
 */
public final class EndedContainers {
    private static final System.Logger LOG = System.getLogger(EndedContainers.class.getName());
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final ContainerRuntime runtime;
    private final Store store;
    private final CpuIsolation cpus;

    public EndedContainers(ContainerRuntime runtime, Store store, CpuIsolation cpus) {
        this.runtime = runtime;
        this.store = store;
        this.cpus = cpus;
    }

    /** Gives back what it can. A failure is left to the removal, which does all of this again. */
    public void release(Container container) {
        if (!(container.state() instanceof ContainerState.Exited) || container.isReleased()) {
            return;
        }
        try {
            cpus.end(container.id());
            ScopedValue.where(Deadline.CURRENT, Deadline.after(LIMIT))
                    .run(() -> runtime.delete(container.definition().bundle()));
            store.unmountContainer(container.id());
            container.released();
        } catch (CriusException e) {
            LOG.log(
                    WARNING,
                    () -> "container " + container.id() + " has ended, but not all of it is given back: "
                            + e.getMessage() + "; its removal tries again");
        }
    }
}
