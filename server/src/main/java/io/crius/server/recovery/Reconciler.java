package io.crius.server.recovery;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.ContainerId;
import io.crius.model.Ticker;
import io.crius.server.container.ContainerRemoval;
import io.crius.server.explain.Arrears;
import io.crius.server.explain.StallWatch;
import io.crius.server.job.SerialExecutor;
import io.crius.server.journal.Journal.Durability;
import io.crius.server.sandbox.PodRemoval;
import io.crius.server.sandbox.PodResources;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerState;
import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import io.crius.server.state.Registry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tries again, until it succeeds, to give back what could not be given back when it was asked for.
 *
 * <p>One thread looks what is owed; each attempt is a task of the object's own executor, so that it never runs beside a stop or
 * a removal of the same object, and one that hangs holds up no other.
 */
public final class Reconciler implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Reconciler.class.getName());
    private static final Duration NOTHING_OWED = Duration.ofSeconds(5);
    private static final Duration SOMETHING_OWED = Duration.ofSeconds(1);

    /** A removal that takes so long has left something, though it has not failed. */
    private static final Duration LATE = StallWatch.LIMIT;

    private final Registry registry;
    private final ContainerRemoval containers;
    private final PodRemoval pods;
    private final PodResources resources;
    private final Ticker ticker;
    private final Rounds rounds;
    private final Map<String, Debt> debts = new ConcurrentHashMap<>();

    /** When removals that go on were first seen, by the whole ids of their containers. */
    private final Map<String, Long> removals = new ConcurrentHashMap<>();

    /** What an object owes, and how to try again. */
    private record Owed(String what, SerialExecutor executor, Runnable attempt) {}

    public Reconciler(
            Registry registry, ContainerRemoval containers, PodRemoval pods, PodResources resources, Ticker ticker) {
        this.registry = registry;
        this.containers = containers;
        this.pods = pods;
        this.resources = resources;
        this.ticker = ticker;
        this.rounds = new Rounds("reconciler", Duration.ZERO, this::roundAndPause, ticker);
    }

    public void start() {
        rounds.start();
    }

    /** What the object with this whole id could not give back. Any thread may ask. */
    public Optional<Arrears> arrears(String id) {
        long now = ticker.nanoTime();
        return Optional.ofNullable(debts.get(id)).map(debt -> debt.arrears(now)).or(() -> late(id, now));
    }

    private Optional<Arrears> late(String id, long now) {
        return Optional.ofNullable(removals.get(id))
                .map(since -> Duration.ofNanos(now - since))
                .filter(took -> took.compareTo(LATE) >= 0)
                .flatMap(took -> registry.any(new ContainerId(id)).map(container -> late(container, took)));
    }

    private static Arrears late(Container container, Duration took) {
        String step = container
                .executor()
                .timeline()
                .waitingFor()
                .map(waiting -> ", at " + waiting.what())
                .orElse("");
        return new Arrears("the removal goes on since " + took.toSeconds() + " s" + step, 1, Duration.ZERO);
    }

    /** All that is owed, by the whole ids of the objects. Any thread may ask. */
    Map<String, Arrears> arrears() {
        long now = ticker.nanoTime();
        var all = new HashMap<String, Arrears>();
        removals.keySet().forEach(id -> late(id, now).ifPresent(arrears -> all.put(id, arrears)));
        debts.forEach((id, debt) -> all.put(id, debt.arrears(now)));
        return all;
    }

    @Override
    public void close() {
        rounds.close();
    }

    private Duration roundAndPause() {
        // Attempts begun here end by themselves; the next round sees how.
        var _ = round(ticker.nanoTime());
        return debts.isEmpty() ? NOTHING_OWED : SOMETHING_OWED;
    }

    /**
     * Begins an attempt for everything that is owed and due at {@code now} on the monotonic clock; completes when these attempts
     * have ended, however. Called by one thread at a time.
     */
    CompletableFuture<Void> round(long now) {
        noteRemovals(now);
        Map<String, Owed> owed = owed();
        debts.keySet().retainAll(owed.keySet());
        List<CompletableFuture<Boolean>> attempts = owed.entrySet().stream()
                .filter(entry -> debt(entry.getKey()).isDue(now))
                .map(entry -> attempt(entry.getValue(), debt(entry.getKey())))
                .toList();
        return CompletableFuture.allOf(attempts.toArray(CompletableFuture[]::new));
    }

    private void noteRemovals(long now) {
        List<String> all = registry.everyContainer().stream()
                .filter(container -> container.state() instanceof ContainerState.Doomed && !isLeft(container))
                .map(container -> container.id().value())
                .toList();
        removals.keySet().retainAll(all);
        all.forEach(id -> removals.putIfAbsent(id, now));
    }

    private Debt debt(String id) {
        return debts.computeIfAbsent(id, _ -> new Debt());
    }

    private Map<String, Owed> owed() {
        var owed = new HashMap<String, Owed>();
        for (Container container : registry.everyContainer()) {
            if (container.state() instanceof ContainerState.Doomed && isLeft(container)) {
                var name = "container " + container.definition().uniqueName() + " (" + container.id() + ")";
                owed.put(
                        container.id().value(),
                        new Owed(name, container.executor(), () -> containers.remove(container)));
            }
        }
        for (Pod pod : registry.everyPod()) {
            attempt(pod).ifPresent(attempt -> {
                var name = "pod " + pod.definition().name() + " (" + pod.id() + ")";
                owed.put(pod.id().value(), new Owed(name, pod.executor(), attempt));
            });
        }
        return owed;
    }

    /** A removal that still goes on owes nothing yet; attempts of this class are known by their debt. */
    private boolean isLeft(Container container) {
        return debts.containsKey(container.id().value()) || container.executor().isIdle();
    }

    private Optional<Runnable> attempt(Pod pod) {
        return switch (pod.state()) {
            case PodState.Creating _, PodState.Ready _ -> Optional.empty();
            case PodState.Stopped stopped ->
                stopped.givenBack() ? Optional.empty() : Optional.of(() -> releaseStopped(pod));
            case PodState.Doomed _ -> Optional.of(() -> pods.remove(pod));
        };
    }

    /** The pod may have been removed since this was queued. */
    private void releaseStopped(Pod pod) {
        if (pod.state() instanceof PodState.Stopped stopped && !stopped.givenBack() && registry.has(pod.id())) {
            resources.releaseAll(pod.definition());
            pod.become(new PodState.Stopped(stopped.at(), true), Durability.POWER_LOSS);
        }
    }

    private CompletableFuture<Boolean> attempt(Owed owed, Debt debt) {
        debt.begin();
        return owed.executor()
                .submit("giving back what it owes", () -> {
                    owed.attempt().run();
                    return true;
                })
                .handle((_, failure) -> {
                    report(owed, debt, failure == null ? "" : String.valueOf(failure.getMessage()));
                    return failure == null;
                });
    }

    private void report(Owed owed, Debt debt, String problem) {
        if (problem.isEmpty()) {
            debt.pay();
            LOG.log(INFO, () -> owed.what() + " has given everything back");
        } else if (debt.fail(problem, ticker.nanoTime())) {
            LOG.log(WARNING, () -> owed.what() + " still holds something: " + problem + "; it is tried again");
        }
    }
}
