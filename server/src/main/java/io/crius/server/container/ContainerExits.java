package io.crius.server.container;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.ContainerId;
import io.crius.runtime.exit.ContainerExit;
import io.crius.runtime.exit.ExitListener;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerState;
import io.crius.server.state.ContainerState.Exit;
import io.crius.server.state.ContainerState.Exited;
import io.crius.server.state.Registry;
import java.util.Optional;

/** Turns the end of a container, told by the one who waited for it, into its state. */
public final class ContainerExits implements ExitListener {
    private static final System.Logger LOG = System.getLogger(ContainerExits.class.getName());

    private final Registry registry;

    public ContainerExits(Registry registry) {
        this.registry = registry;
    }

    @Override
    public void exited(ContainerExit exit) {
        registry.any(exit.id()).ifPresent(container -> {
            var _ = container.executor().submit("recording its end", () -> {
                record(container, exit);
                return exit.id();
            });
        });
    }

    @Override
    public void monitorLost(ContainerId id) {
        LOG.log(
                WARNING,
                () -> "the monitor of container " + id + " is gone while the container lives: its output is no"
                        + " longer logged and its exit code will be lost");
    }

    /** Publishes the end; a container that is being removed or was recorded before keeps its state. */
    public void record(Container container, ContainerExit exit) {
        Optional<Exited> next = switch (container.state()) {
            case ContainerState.Created created ->
                Optional.of(new Exited(created.user(), Optional.empty(), exit(exit)));
            case ContainerState.Running running ->
                Optional.of(new Exited(running.user(), Optional.of(running.startedAt()), exit(exit)));
            case ContainerState.Creating _, ContainerState.Exited _, ContainerState.Doomed _ -> Optional.empty();
        };
        next.ifPresent(container::end);
    }

    private static Exit exit(ContainerExit exit) {
        Optional<Integer> code =
                exit.exitCode().isPresent() ? Optional.of(exit.exitCode().getAsInt()) : Optional.empty();
        String message = code.isPresent() ? "" : "the exit code was lost: the container's monitor ended before it";
        return new Exit(code, exit.finishedAt(), exit.memory() == ContainerExit.Memory.OUT_OF_MEMORY, message);
    }
}
