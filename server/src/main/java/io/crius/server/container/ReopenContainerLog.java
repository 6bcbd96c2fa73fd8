package io.crius.server.container;

import io.crius.model.CriusException;
import io.crius.model.Timeline;
import io.crius.runtime.RuntimeContainer;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerState;
import io.crius.server.state.Registry;

/**
 * ReopenContainerLog: after kubelet moved the log away, the monitor begins a new file. Never waits for other operations on
 * the container.
 */
public final class ReopenContainerLog {
    private final Registry registry;
    private final ContainerProcesses processes;

    public ReopenContainerLog(Registry registry, ContainerProcesses processes) {
        this.registry = registry;
        this.processes = processes;
    }

    /** Returns when the new file is there. */
    public void reopen(String idOrPrefix) {
        Container container = registry.container(idOrPrefix);
        if (!(container.state() instanceof ContainerState.Running)) {
            throw new CriusException.FailedPrecondition("container " + container.id() + " is not running ("
                    + ContainerView.of(container).phase() + "): its log cannot be reopened");
        }
        try (Timeline.Step step = container.executor().timeline().begin("reopening of the log")) {
            container
                    .state()
                    .alive()
                    .flatMap(RuntimeContainer::monitor)
                    .ifPresent(monitor -> step.process(monitor.pid()));
            processes.reopenLog(container);
        }
    }
}
