package io.crius.server.recovery;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.model.Ticker;
import io.crius.runtime.ContainerRuntime;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.RuntimeState;
import io.crius.runtime.exit.ExitWatcher;
import io.crius.runtime.exit.Recovered;
import io.crius.server.container.ContainerExits;
import io.crius.server.journal.Journal.Durability;
import io.crius.server.sandbox.PauseExits;
import io.crius.server.sandbox.PodResources;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerDefinition.User;
import io.crius.server.state.ContainerState;
import io.crius.server.state.JournalFolder;
import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import io.crius.server.state.Registry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Brings journals and reality together at start: what runs is watched again, what ended meanwhile gets its exit code, and
 * what was being created when the daemon died is given back. Nothing that lives is killed.
 */
public final class Recovery {
    private static final System.Logger LOG = System.getLogger(Recovery.class.getName());

    /** A runtime that hangs must not keep the daemon from serving. */
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(10);

    /** From one look at containers of which nobody can tell the state to the next. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    /** So many looks come by that pause; then it doubles, up to about the longest one. */
    private static final int OFTEN = 10;

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Registry registry;
    private final JournalFolder journals;
    private final ContainerRuntime runtime;
    private final ExitWatcher exits;
    private final ContainerExits listener;
    private final PauseExits pauses;
    private final PodResources pods;
    private final Ticker clock;

    public Recovery(
            Registry registry,
            JournalFolder journals,
            ContainerRuntime runtime,
            ExitWatcher exits,
            ContainerExits listener,
            PodResources pods,
            Ticker clock) {
        this.registry = registry;
        this.journals = journals;
        this.runtime = runtime;
        this.exits = exits;
        this.listener = listener;
        this.pauses = new PauseExits(registry, clock, listener);
        this.pods = pods;
        this.clock = clock;
    }

    /** Restores everything; returns when every container has been looked at. */
    public void run() throws InterruptedException {
        long begun = System.nanoTime();
        journals.restore();
        atOnce(registry.everyContainer(), this::lookAt);
        atOnce(registry.everyPod(), this::lookAt);
        restorePods();
        registry.everyContainer().stream()
                .filter(Recovery::canBeAsked)
                .forEach(container -> Thread.ofVirtual()
                        .name("look-again-" + container.id().abbreviated())
                        .start(() -> lookAgainAt(container)));
        LOG.log(
                INFO,
                () -> "restored " + registry.everyPod().size() + " pods and "
                        + registry.everyContainer().size() + " containers in "
                        + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) + " ms");
    }

    /** One that takes long, waiting for a late monitor say, does not hold up the others. */
    private static <E> void atOnce(List<E> objects, Consumer<E> look) throws InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.invokeAll(objects.stream()
                    .map(o -> Executors.callable(() -> look.accept(o)))
                    .toList());
        }
    }

    private void restorePods() {
        try {
            pods.restore(registry.everyPod());
        } catch (RuntimeException e) {
            LOG.log(WARNING, () -> "what the kernel has for pods could not be restored: " + e.getMessage());
        }
    }

    private void lookAt(Container container) {
        try {
            if (container.state() instanceof ContainerState.Creating) {
                container.doom("the daemon ended while it was being created");
            }
            container
                    .state()
                    .alive()
                    .ifPresent(made -> ScopedValue.where(Deadline.CURRENT, Deadline.after(LONGEST_LOOK))
                            .run(() -> watchAgain(container, made)));
        } catch (RuntimeException e) {
            cannotBeLookedAt(container, String.valueOf(e.getMessage()));
        }
    }

    /** Told once for each reason. */
    private static void cannotBeLookedAt(Container container, String why) {
        if (container.state() instanceof ContainerState.Unknown unknown
                && unknown.why().equals(why)) {
            return;
        }
        LOG.log(WARNING, () -> "container " + container.id() + " could not be looked at: " + why);
        if (container.state().mayLive()) {
            container.becomeUnknown(why);
        }
    }

    /** Where a look before this one has begun to watch it, its end comes by itself. */
    private void watchAgain(Container container, RuntimeContainer made) {
        if (exits.isWatched(made.id())) {
            lives(container, made);
            return;
        }
        switch (exits.recover(made)) {
            case Recovered.Alive _ -> lives(container, made);
            case Recovered.Exited exited -> listener.record(container, exited.exit());
        }
    }

    private void lives(Container container, RuntimeContainer made) {
        // First, for what is shown as running gets new commands.
        killLeftovers(made);
        noticeStart(container, made);
    }

    /** That they cannot be killed says nothing of the container. */
    private void killLeftovers(RuntimeContainer made) {
        try {
            runtime.killLeftovers(made);
        } catch (CriusException e) {
            LOG.log(WARNING, () -> "commands of an earlier daemon in container " + made.id() + ": " + e.getMessage());
        }
    }

    /**
     * The daemon may have died between the start and its record: of a container that lives and was not started, as far as the
     * journal knows, the runtime tells.
     */
    private void noticeStart(Container container, RuntimeContainer made) {
        switch (container.state()) {
            case ContainerState.Created created -> settle(container, made, created.user(), Optional.empty());
            case ContainerState.Unknown unknown
            when container.isJournaled() -> settle(container, made, unknown.user(), unknown.startedAt());
            default -> {}
        }
    }

    private void settle(Container container, RuntimeContainer made, User user, Optional<Instant> startedAt) {
        Optional<RuntimeState.Status> told = runtime.state(made).map(RuntimeState::status);
        switch (told.orElse(RuntimeState.Status.STOPPED)) {
            case CREATING, CREATED -> {
                if (container.state() instanceof ContainerState.Unknown) {
                    container.become(new ContainerState.Created(made, user), Durability.DAEMON);
                }
            }
            case RUNNING, PAUSED ->
                container.become(
                        new ContainerState.Running(made, user, startedAt.orElseGet(clock::instant)),
                        Durability.POWER_LOSS);
            case STOPPED ->
                throw new CriusException.Failed(made.init() + " lives, but "
                        + made.handler().path() + " "
                        + (told.isEmpty() ? "does not know the container" : "says that the container has ended"));
        }
    }

    /** Asks again until it is known what can be; a runtime that hangs keeps no other container unknown. */
    private void lookAgainAt(Container container) {
        Duration pause = LOOK_AGAIN;
        try {
            for (int look = 1; canBeAsked(container); look++) {
                clock.sleep(pause);
                if (look >= OFTEN && pause.compareTo(LONGEST_PAUSE) < 0) {
                    pause = pause.plus(pause);
                }
                container
                        .executor()
                        .submit("look at what is not known", () -> lookAgain(container))
                        .exceptionally(_ -> true)
                        .join();
            }
        } catch (InterruptedException _) {
            return; // nobody interrupts it
        }
    }

    /** Of what a damaged journal tells of, nobody can tell more. */
    private static boolean canBeAsked(Container container) {
        return container.state() instanceof ContainerState.Unknown && container.isJournaled();
    }

    private boolean lookAgain(Container container) {
        if (canBeAsked(container)) {
            lookAt(container);
        }
        return canBeAsked(container);
    }

    private void watchAgain(Pod pod, RuntimeContainer pause) {
        ScopedValue.where(Deadline.CURRENT, Deadline.after(LONGEST_LOOK)).run(() -> {
            if (exits.recover(pause) instanceof Recovered.Exited) {
                pauses.ended(pod);
            }
        });
    }

    private void lookAt(Pod pod) {
        try {
            if (pod.state() instanceof PodState.Creating) {
                pod.doom("the daemon ended while it was being created");
            }
            if (pod.state() instanceof PodState.Ready && !pods.isLive(pod.definition())) {
                LOG.log(
                        WARNING,
                        () -> "pod " + pod.definition().name()
                                + " lost its namespaces or files: the node was rebooted");
                pod.become(new PodState.Stopped(clock.instant(), false), Durability.POWER_LOSS);
            }
            pod.ready().flatMap(PodState.Ready::pause).ifPresent(pause -> watchAgain(pod, pause));
        } catch (RuntimeException e) {
            LOG.log(WARNING, () -> "pod " + pod.id() + " could not be looked at: " + e.getMessage());
        }
    }
}
