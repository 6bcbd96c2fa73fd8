package io.crius.server.container;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.runtime.ContainerRuntime;
import io.crius.runtime.PidNamespace;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.exit.ContainerExit;
import io.crius.runtime.exit.ExitListener;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerState;
import io.crius.server.state.ContainerState.Exit;
import io.crius.server.state.ContainerState.Exited;
import io.crius.server.state.Registry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Turns the end of a container, told by the one who waited for it, into its state. */
public final class ContainerExits implements ExitListener {
    private static final System.Logger LOG = System.getLogger(ContainerExits.class.getName());

    private static final Duration KILL = Duration.ofSeconds(10);

    private final Registry registry;
    private final ContainerRuntime runtime;
    private final EndedContainers ended;

    public ContainerExits(Registry registry, ContainerRuntime runtime, EndedContainers ended) {
        this.registry = registry;
        this.runtime = runtime;
        this.ended = ended;
    }

    @Override
    public void exited(ContainerExit exit) {
        registry.any(exit.id()).ifPresent(container -> {
            var _ = container
                    .executor()
                    .submit("recording its end", () -> {
                        // One whose creation failed may have been given back while this waited for its turn.
                        if (registry.any(exit.id()).isPresent()) {
                            record(container, exit);
                            ended.release(container);
                        }
                        return exit.id();
                    })
                    .exceptionally(e -> {
                        LOG.log(ERROR, () -> "the end of container " + exit.id() + ": " + e.getMessage());
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

    /**
     * Publishes the end, then kills what shared the container's PID namespace with others and so outlived it. A container that is
     * being removed or was recorded before keeps its state.
     */
    public void record(Container container, ContainerExit exit) {
        Optional<RuntimeContainer> made = container.state().alive();
        try {
            publish(container, exit);
        } finally {
            made.filter(m -> m.bundle().pidNamespace() == PidNamespace.SHARED).ifPresent(this::killRemaining);
        }
    }

    private void killRemaining(RuntimeContainer made) {
        try {
            ScopedValue.where(Deadline.CURRENT, Deadline.after(KILL)).run(() -> runtime.killRemaining(made));
        } catch (CriusException e) {
            LOG.log(WARNING, e::getMessage);
        }
    }

    private static void publish(Container container, ContainerExit exit) {
        Optional<Exited> next = switch (container.state()) {
            case ContainerState.Created created ->
                Optional.of(new Exited(
                        created.user(),
                        Optional.empty(),
                        exit(exit, container.definition().createdAt())));
            case ContainerState.Running running ->
                Optional.of(
                        new Exited(running.user(), Optional.of(running.startedAt()), exit(exit, running.startedAt())));
            case ContainerState.Unknown unknown ->
                Optional.of(new Exited(
                        unknown.user(),
                        unknown.startedAt(),
                        exit(
                                exit,
                                unknown.startedAt()
                                        .orElse(container.definition().createdAt()))));
            case ContainerState.Creating _, ContainerState.Exited _, ContainerState.Doomed _ -> Optional.empty();
        };
        next.ifPresent(container::end);
    }

    /** Kernel: the time of a file may lie up to a clock tick before a time that was read from the clock earlier. */
    private static Exit exit(ContainerExit exit, Instant notBefore) {
        Optional<Integer> code =
                exit.exitCode().isPresent() ? Optional.of(exit.exitCode().getAsInt()) : Optional.empty();
        String message = code.isPresent() ? "" : "the exit code was lost: the container's monitor ended before it";
        Instant finishedAt = exit.finishedAt().isBefore(notBefore) ? notBefore : exit.finishedAt();
        return new Exit(code, finishedAt, exit.memory() == ContainerExit.Memory.OUT_OF_MEMORY, message);
    }
}
