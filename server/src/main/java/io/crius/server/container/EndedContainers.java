package io.crius.server.container;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.runtime.ContainerRuntime;
import io.crius.server.cpu.CpuIsolation;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerDefinition;
import io.crius.server.state.ContainerState;
import io.crius.storage.Store;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gives back what a container that has ended does not need any more, before anybody asks for its removal: its state in the
 * runtime, its cgroup, its monitor's files, the mount of its root, settings of CPUs that it had to itself. What is left for the
 * removal is quick.
 *
 * <p>Which containers that was done for is known to this daemon only: to do it again is harmless, so it is no state of
 * theirs. Calls for one container are serialised by its executor.
 */
public final class EndedContainers {
    private static final System.Logger LOG = System.getLogger(EndedContainers.class.getName());
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final ContainerRuntime runtime;
    private final Store store;
    private final CpuIsolation cpus;

    /** Containers of which only layer and folders are left; gone from here with their removal. */
    private final Set<ContainerId> released = ConcurrentHashMap.newKeySet();

    public EndedContainers(ContainerRuntime runtime, Store store, CpuIsolation cpus) {
        this.runtime = runtime;
        this.store = store;
        this.cpus = cpus;
    }

    /** Gives back what it can, after the end was published: nobody waits for it but a removal. A failure is left to that. */
    public void release(Container container) {
        if (!(container.state() instanceof ContainerState.Exited) || released.contains(container.id())) {
            return;
        }
        try {
            ScopedValue.where(Deadline.CURRENT, Deadline.after(LIMIT))
                    .run(() -> runtime.delete(container.definition().bundle()));
            try {
                cpus.end(container.id());
            } finally {
                store.unmountContainer(container.id());
            }
            released.add(container.id());
        } catch (CriusException e) {
            LOG.log(
                    WARNING,
                    () -> "container " + container.id() + " has ended, but not all of it is given back: "
                            + e.getMessage() + "; its removal tries again");
        }
    }

    /** Kills what is left of a container that is removed, and gives the same back, unless that was done. */
    void finish(ContainerDefinition container) {
        if (!released.contains(container.id())) {
            runtime.delete(container.bundle());
            cpus.end(container.id());
        }
    }

    /** The container is removed. */
    void forget(ContainerId id) {
        released.remove(id);
    }
}
