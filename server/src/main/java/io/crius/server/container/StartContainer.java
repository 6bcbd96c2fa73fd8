package io.crius.server.container;

import io.crius.model.CriusException;
import io.crius.server.journal.Journal;
import io.crius.server.journal.Journal.Durability;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerState;
import io.crius.server.state.Registry;
import java.time.InstantSource;

/** StartContainer: lets the created container's process run. */
public final class StartContainer {
    private final Registry registry;
    private final ContainerProcesses processes;
    private final CpuPins cpus;
    private final ContainerRemoval removal;
    private final InstantSource clock;

    public StartContainer(
            Registry registry,
            ContainerProcesses processes,
            CpuPins cpus,
            ContainerRemoval removal,
            InstantSource clock) {
        this.registry = registry;
        this.processes = processes;
        this.cpus = cpus;
        this.removal = removal;
        this.clock = clock;
    }

    /**
     * Starts it.
     *
     * <p>Compat: a container that cannot be started is removed, as CRI-O does; the error says why it could not.
     *
     * @throws CriusException.FailedPrecondition where the container was started before
     */
    public void start(String idOrPrefix) {
        Container container = registry.container(idOrPrefix);
        var _ = container.executor().call("start", () -> start(container));
    }

    private ContainerState start(Container container) {
        if (!(container.state() instanceof ContainerState.Created created)) {
            throw new CriusException.FailedPrecondition("container " + container.id() + " is not in created state: "
                    + ContainerView.of(container).phase());
        }
        changeNode(container);
        var running = new ContainerState.Running(created.runtime(), created.user(), clock.instant());
        try {
            // After a power loss it is enough to know that it may have run: what was created and is gone has ended.
            Journal.Sync mayHaveRun = container.beginSync();
            processes.start(container);
            container.become(running, Durability.DAEMON);
            mayHaveRun.await();
            return running;
        } catch (CriusException.FailedPrecondition e) {
            // Its process is gone already, and the exit tells how.
            throw e;
        } catch (RuntimeException e) {
            removeAfter(container, e);
            throw e;
        }
    }

    /** What annotations wish of the node's CPUs. Compat: where the node cannot do it the container is removed, too. */
    private void changeNode(Container container) {
        try {
            cpus.begin(container);
        } catch (RuntimeException e) {
            removeAfter(container, e);
            throw e;
        }
    }

    private void removeAfter(Container container, RuntimeException failure) {
        try {
            removal.remove(container);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }
}
