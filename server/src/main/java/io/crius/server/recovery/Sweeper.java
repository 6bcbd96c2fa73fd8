package io.crius.server.recovery;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.Deadline;
import io.crius.model.PodId;
import io.crius.network.cni.CniNetworks;
import io.crius.network.pod.PodNamespaces;
import io.crius.network.pod.PodPins;
import io.crius.server.state.Registry;
import io.crius.storage.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/**
 * Gives back what bears our names and no journal knows, after a power loss that took the newest journals with it, say: network
 * attachments, namespace pins, layers of pulls that never ended.
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

    private record Chore(String name, Runnable work) {}

    private final Registry registry;
    private final PodNamespaces namespaces;
    private final CniNetworks networks;
    private final Store store;
    private final InstantSource clock;
    private final Rounds rounds;

    public Sweeper(
            Registry registry, PodNamespaces namespaces, CniNetworks networks, Store store, InstantSource clock) {
        this.registry = registry;
        this.namespaces = namespaces;
        this.networks = networks;
        this.store = store;
        this.clock = clock;
        this.rounds = new Rounds("sweeper", FIRST, () -> sweep() ? USUAL : AFTER_FAILURE);
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
        for (Chore chore : chores()) {
            clean &= isDone(chore);
        }
        return clean;
    }

    private List<Chore> chores() {
        return List.of(
                new Chore("network attachments of unknown pods", this::collectAttachments),
                new Chore("namespaces of unknown pods", this::releaseNamespaces),
                new Chore("layers that nothing uses", this::deleteLayers));
    }

    private static boolean isDone(Chore chore) {
        try {
            chore.work().run();
            return true;
        } catch (RuntimeException e) {
            LOG.log(WARNING, () -> "sweep of " + chore.name() + ": " + e.getMessage() + "; it is tried again");
            return false;
        }
    }

    private void collectAttachments() {
        networks.collectGarbage(registry::knownPods, Deadline.after(LONGEST_COLLECTION));
    }

    /** The order matters: a pod is in its journal before it is pinned, so a pin seen first has its journal by then. */
    private void releaseNamespaces() {
        List<PodPins> existing = namespaces.existing();
        Set<PodId> known = registry.knownPods();
        for (PodPins pins : existing) {
            if (!known.contains(pins.pod())) {
                namespaces.release(pins);
                LOG.log(INFO, () -> "released the namespaces of the unknown pod " + pins.pod());
            }
        }
    }

    private void deleteLayers() {
        int deleted = store.deleteUnusedLayers(clock.instant().minus(LONGEST_PULL));
        if (deleted > 0) {
            LOG.log(INFO, () -> "deleted " + deleted + " layers that nothing uses");
        }
    }
}
