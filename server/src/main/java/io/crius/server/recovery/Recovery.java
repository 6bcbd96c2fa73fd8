package io.crius.server.recovery;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.Deadline;
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
import io.crius.server.state.ContainerState;
import io.crius.server.state.JournalFolder;
import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import io.crius.server.state.Registry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
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

    private final Registry registry;
    private final JournalFolder journals;
    private final ContainerRuntime runtime;
    private final ExitWatcher exits;
    private final ContainerExits listener;
    private final PauseExits pauses;
    private final PodResources pods;
    private final InstantSource clock;

    public Recovery(
            Registry registry,
            JournalFolder journals,
            ContainerRuntime runtime,
            ExitWatcher exits,
            ContainerExits listener,
            PodResources pods,
            InstantSource clock) {
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
            LOG.log(WARNING, () -> "container " + container.id() + " could not be looked at: " + e.getMessage());
        }
    }

    private void watchAgain(Container container, RuntimeContainer made) {
        switch (exits.recover(made)) {
            case Recovered.Alive _ -> {
                noticeStart(container, made);
                runtime.killLeftovers(made);
            }
            case Recovered.Exited exited -> listener.record(container, exited.exit());
        }
    }

    /** The daemon may have died between the start and its record. */
    private void noticeStart(Container container, RuntimeContainer made) {
        if (container.state() instanceof ContainerState.Created created
                && runtime.state(made)
                        .map(s -> s.status() == RuntimeState.Status.RUNNING)
                        .orElse(false)) {
            container.become(new ContainerState.Running(made, created.user(), clock.instant()), Durability.POWER_LOSS);
        }
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
