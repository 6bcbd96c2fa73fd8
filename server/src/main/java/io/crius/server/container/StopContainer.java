package io.crius.server.container;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.model.Ticker;
import io.crius.model.Timeline;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerState;
import io.crius.server.state.Registry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * StopContainer: asks the container to end, and kills it when its time is over. Idempotent; an unknown container is
 * success.
 *
 * <p>One loop per container does the work, whoever calls; each caller only waits, with its own deadline. A second call with
 * a shorter grace period makes the loop's deadline earlier, a longer one changes nothing. Nothing else waits for a stop.
 */
public final class StopContainer {
    private static final System.Logger LOG = System.getLogger(StopContainer.class.getName());

    /** How long a caller without a deadline waits beyond the grace period. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** How long the answer of a stop waits for what is done after the end. */
    private static final Duration RELEASE = Duration.ofSeconds(1);

    /** Compat: CRI-O repeats SIGKILL from 20 ms, doubling, up to two minutes. */
    private static final Duration FIRST_KILL_INTERVAL = Duration.ofMillis(20);

    private static final Duration LONGEST_KILL_INTERVAL = Duration.ofMinutes(2);

    /** The interval by which a process that was killed should be gone; it may be frozen then. */
    private static final Duration DIES_LATE = Duration.ofMillis(16 * FIRST_KILL_INTERVAL.toMillis());

    private final Registry registry;
    private final ContainerProcesses processes;
    private final Ticker ticker;
    private final Map<ContainerId, StopRegister> stops = new ConcurrentHashMap<>();
    private final Map<ContainerId, CompletableFuture<ContainerId>> kills = new ConcurrentHashMap<>();

    public StopContainer(Registry registry, ContainerProcesses processes, Ticker ticker) {
        this.registry = registry;
        this.processes = processes;
        this.ticker = ticker;
    }

    /**
     * Stops and waits for the end.
     *
     * @param grace time between the stop signal and SIGKILL; zero kills at once
     * @throws CriusException.DeadlineExceeded where the caller's time is over first; the stop goes on
     */
    public void stop(String idOrPrefix, Duration grace) {
        registry.findContainer(idOrPrefix).ifPresent(container -> {
            begin(container, grace);
            await(container, grace);
            awaitRelease(container);
        });
    }

    /**
     * What the container held is then given back, where that is quick: its cgroup is gone when the caller hears of its end, and a
     * removal has little left to do.
     */
    private static void awaitRelease(Container container) {
        try {
            ScopedValue.where(Deadline.CURRENT, Deadline.after(RELEASE).earlier(Deadline.currentOr(RELEASE)))
                    .run(() -> container.executor().call("end of a stop", container::id));
        } catch (CriusException.DeadlineExceeded e) {
            LOG.log(DEBUG, () -> "container " + container.id() + " has ended; " + e.getMessage());
        }
    }

    /** Begins the stop, or makes a running one earlier. Returns at once. */
    public void begin(Container container, Duration wanted) {
        if (!container.state().mayLive()) {
            return;
        }
        if (container.state().alive().isEmpty()) {
            destroy(container);
            return;
        }
        // Nothing of a container that was never started could make use of a grace period.
        Duration grace = container.state() instanceof ContainerState.Created ? Duration.ZERO : wanted;
        var _ = stops.compute(container.id(), (_, running) -> {
            if (running != null) {
                running.noLaterThan(grace);
                return running;
            }
            var register = new StopRegister(grace, ticker);
            Thread.ofVirtual()
                    .name("stop-" + container.id().abbreviated())
                    .start(() -> run(container, register, grace));
            return register;
        });
    }

    /** There is nobody to ask: what its runtime knows of it is killed. The end is told even where nobody saw it. */
    private void destroy(Container container) {
        CompletableFuture<ContainerId> kill = container.executor().submit("kill of what is not known", () -> {
            if (container.state() instanceof ContainerState.Unknown unknown) {
                processes.destroy(container);
                container.end(new ContainerState.Exited(
                        unknown.user(),
                        unknown.startedAt(),
                        new ContainerState.Exit(
                                Optional.empty(),
                                ticker.instant(),
                                false,
                                "killed while its state was not known: " + unknown.why())));
            }
            return container.id();
        });
        kills.put(container.id(), kill);
        var _ = kill.whenComplete((_, failure) -> {
            if (failure == null) {
                kills.remove(container.id(), kill);
            } else {
                LOG.log(WARNING, () -> "container " + container.id() + " cannot be killed: " + failure.getMessage());
            }
        });
    }

    /** Completed by the end of the container, or by the failure of a kill that nothing else would follow. */
    private CompletableFuture<?> overOrFailed(Container container) {
        CompletableFuture<ContainerId> kill = kills.get(container.id());
        return kill == null ? container.over() : CompletableFuture.anyOf(container.over(), kill);
    }

    /** Waits until the container has ended, within the caller's time. */
    public void await(Container container) {
        await(container, Duration.ZERO);
    }

    private void await(Container container, Duration grace) {
        if (!container.state().mayLive()) {
            return;
        }
        try {
            var _ = Deadline.currentOr(grace.plus(PATIENCE), ticker).get(overOrFailed(container));
        } catch (TimeoutException e) {
            throw new CriusException.DeadlineExceeded(
                    "container " + container.id() + " has not ended yet: " + describe(container) + "; the stop goes on",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CriusException.Cancelled(
                    "the caller left; the stop of container " + container.id() + " goes on", e);
        } catch (ExecutionException e) {
            kills.remove(container.id());
            throw new CriusException.Failed(
                    "waiting for the end of container " + container.id() + ": " + e.getCause(), e);
        }
    }

    private void run(Container container, StopRegister register, Duration grace) {
        var end = container.over().thenRun(register::end);
        try {
            if (!grace.isZero()) {
                thawIfFrozen(container);
                signal(container, container.definition().stopSignal());
            }
            if (!register.awaitEndOrDeadline()) {
                killUntilEnd(container, register);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            stops.remove(container.id());
            end.cancel(false);
        }
    }

    private void killUntilEnd(Container container, StopRegister register) throws InterruptedException {
        container.killingBegins();
        try (Timeline.Step step = container.executor().timeline().begin("end after SIGKILL")) {
            container.state().alive().ifPresent(made -> step.process(made.init().pid()));
            killAgainUntilEnd(container, register);
        }
    }

    private void killAgainUntilEnd(Container container, StopRegister register) throws InterruptedException {
        Duration interval = FIRST_KILL_INTERVAL;
        boolean ended = false;
        while (!ended) {
            signal(container, "SIGKILL");
            if (interval.equals(DIES_LATE)) {
                thaw(container);
            }
            ended = register.awaitEnd(interval);
            interval = interval.plus(interval);
            if (interval.compareTo(LONGEST_KILL_INTERVAL) > 0) {
                interval = LONGEST_KILL_INTERVAL;
                LOG.log(WARNING, () -> "container " + container.id() + " survives SIGKILL: " + describe(container));
            }
        }
    }

    /** A signal that cannot be sent is not the end of the stop: the kill comes anyway, or the process is gone. */
    private void signal(Container container, String name) {
        if (container.state() instanceof ContainerState.Exited) {
            return;
        }
        try {
            processes.signal(container, name);
        } catch (RuntimeException e) {
            LOG.log(WARNING, () -> name + " to container " + container.id() + ": " + e.getMessage());
        }
    }

    /** Compat: what somebody paused goes on, so that it has its grace period. */
    private void thawIfFrozen(Container container) {
        try {
            if (processes.isFrozen(container)) {
                LOG.log(INFO, () -> "container " + container.id() + " is frozen; it goes on, to be stopped");
                processes.thaw(container);
            }
        } catch (RuntimeException e) {
            LOG.log(WARNING, () -> "thawing container " + container.id() + ": " + e.getMessage());
        }
    }

    /** Kernel: a process that the freezer of cgroup v1 holds does not die before it is let go. */
    private void thaw(Container container) {
        try {
            processes.thaw(container);
        } catch (RuntimeException e) {
            LOG.log(DEBUG, () -> "container " + container.id() + " dies late and is not frozen: " + e.getMessage());
        }
    }

    private static String describe(Container container) {
        return container
                .state()
                .alive()
                .map(r -> "process " + r.init().pid() + " is still there")
                .orElse("its end is being recorded");
    }
}
