package io.crius.server.recovery;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.Attempts;
import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.model.PodId;
import io.crius.model.Ticker;
import io.crius.network.cni.CniNetworks;
import io.crius.network.pod.PodNamespaces;
import io.crius.network.pod.PodPins;
import io.crius.server.explain.Leftover;
import io.crius.server.state.Registry;
import io.crius.storage.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Gives back what bears our names and no journal knows, after a power loss that took the newest journals with it, say: network
 * attachments, namespace pins, files, layers of pulls that never ended, mounts of images, containers. What processes still live in
 * is somebody's work: it is left alone and reported.
 *
 * <p>One thread, a while after the start and then every hour, so that nothing waits for it; what fails is tried again sooner.
 */
public final class Sweeper implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Sweeper.class.getName());

    /** After the start there are better things to do. */
    private static final Duration FIRST = Duration.ofSeconds(10);

    private static final Duration USUAL = Duration.ofHours(1);
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(5);
    private static final Duration LONGEST_COLLECTION = Duration.ofMinutes(2);

    /** No pull takes so long, whoever's it is. */
    private static final Duration LONGEST_PULL = Duration.ofHours(24);

    /** A chore of the sweeper's own, which answers with what it left alone. */
    private record Own(String name, Supplier<List<Leftover>> work) implements Chore {
        @Override
        public List<Leftover> run(Attempts attempts) {
            return work.get();
        }
    }

    private final Registry registry;
    private final PodNamespaces namespaces;
    private final CniNetworks networks;
    private final Store store;
    private final Ticker clock;
    private final List<Chore> chores;
    private final Rounds rounds;
    private final Map<String, List<Leftover>> leftovers = new ConcurrentHashMap<>();
    private final Map<String, Integer> attempts = new ConcurrentHashMap<>();

    /** {@code others} are done after the sweeper's own chores. */
    public Sweeper(
            Registry registry,
            PodNamespaces namespaces,
            CniNetworks networks,
            Store store,
            Ticker clock,
            List<? extends Chore> others) {
        this.registry = registry;
        this.namespaces = namespaces;
        this.networks = networks;
        this.store = store;
        this.clock = clock;
        this.chores = Stream.concat(own(), others.stream()).toList();
        this.rounds = new Rounds("sweeper", FIRST, () -> sweep() ? USUAL : AFTER_FAILURE, clock);
    }

    public void start() {
        rounds.start();
    }

    @Override
    public void close() {
        rounds.close();
    }

    /** Does every chore once; true when all of them succeeded. */
    boolean sweep() {
        boolean clean = true;
        for (Chore chore : chores) {
            clean &= isDone(chore);
        }
        return clean;
    }

    /** What could not be swept away or has to be left alone, as of the last sweep. Any thread may ask. */
    List<Leftover> leftovers() {
        return leftovers.values().stream().flatMap(List::stream).toList();
    }

    private Stream<Chore> own() {
        return Stream.of(
                new Own("network attachments of unknown pods", this::collectAttachments),
                new Own("namespaces of unknown pods", this::releaseNamespaces),
                new Own("layers that nothing uses", this::deleteLayers));
    }

    private boolean isDone(Chore chore) {
        try {
            var sweeps = new Attempts();
            List<Leftover> left = chore.run(sweeps);
            List<Leftover> before = leftovers.put(chore.name(), left);
            left.stream()
                    .filter(leftover -> before == null || !before.contains(leftover))
                    .forEach(leftover ->
                            LOG.log(WARNING, () -> leftover.what() + " is left alone: " + leftover.problem()));
            Optional<CriusException.Failed> failure = sweeps.failure();
            failure.ifPresentOrElse(e -> failed(chore, left, e), () -> attempts.remove(chore.name()));
            return failure.isEmpty();
        } catch (RuntimeException e) {
            failed(chore, List.of(), e);
            return false;
        }
    }

    private void failed(Chore chore, List<Leftover> left, RuntimeException failure) {
        int others = failure.getSuppressed().length;
        String problem = failure.getMessage() + (others == 0 ? "" : ", and " + others + " more");
        LOG.log(WARNING, () -> "sweep of " + chore.name() + ": " + problem + "; it is tried again");
        int count = attempts.merge(chore.name(), 1, Integer::sum);
        var all = new ArrayList<>(left);
        all.add(new Leftover(Leftover.Kind.ORPHAN, "", chore.name(), problem, count));
        leftovers.put(chore.name(), List.copyOf(all));
    }

    private List<Leftover> collectAttachments() {
        Set<PodId> living = unknown()
                .filter(pins -> !namespaces.users(pins).isEmpty())
                .map(PodPins::pod)
                .collect(Collectors.toSet());
        networks.collectGarbage(
                () -> {
                    var kept = new HashSet<>(registry.knownPods());
                    kept.addAll(living);
                    return kept;
                },
                Deadline.after(LONGEST_COLLECTION, clock));
        return List.of();
    }

    private List<Leftover> releaseNamespaces() {
        var left = new ArrayList<Leftover>();
        for (PodPins pins : unknown().toList()) {
            List<Long> users = namespaces.users(pins);
            if (users.isEmpty()) {
                namespaces.release(pins);
                LOG.log(INFO, () -> "released the namespaces of the unknown pod " + pins.pod());
            } else {
                left.add(new Leftover(
                        Leftover.Kind.ORPHAN,
                        pins.pod().value(),
                        "the namespaces of pod " + pins.pod() + " that no journal knows",
                        "processes " + users + " are in them",
                        0));
            }
        }
        return left;
    }

    /**
     * Pods that are pinned and not known. The order matters: a pod is in its journal before it is pinned, so a pin seen first has
     * its journal by then.
     */
    private Stream<PodPins> unknown() {
        List<PodPins> existing = namespaces.existing();
        Set<PodId> known = registry.knownPods();
        return existing.stream().filter(pins -> !known.contains(pins.pod()));
    }

    private List<Leftover> deleteLayers() {
        int deleted = store.deleteUnusedLayers(clock.instant().minus(LONGEST_PULL));
        if (deleted > 0) {
            LOG.log(INFO, () -> "deleted " + deleted + " layers that nothing uses");
        }
        return List.of();
    }
}
