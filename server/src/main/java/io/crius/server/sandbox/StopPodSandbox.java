package io.crius.server.sandbox;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.server.container.StopContainer;
import io.crius.server.journal.Journal.Durability;
import io.crius.server.state.Container;
import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import io.crius.server.state.Registry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * StopPodSandbox: ends all containers, then gives back the network, namespaces and mounts. Idempotent; an unknown pod is
 * success.
 */
public final class StopPodSandbox {
    /** How long containers may take to end by themselves. Compat: CRI-O's default; kubelet stopped them before. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Registry registry;
    private final StopContainer stopContainer;
    private final PodResources resources;
    private final InstantSource clock;

    public StopPodSandbox(Registry registry, StopContainer stopContainer, PodResources resources, InstantSource clock) {
        this.registry = registry;
        this.stopContainer = stopContainer;
        this.resources = resources;
        this.clock = clock;
    }

    public void stop(String idOrPrefix) {
        registry.findPod(idOrPrefix).ifPresent(this::stop);
    }

    /**
     * Stops one pod. Where something cannot be given back, the network say, the pod is stopped all the same and this throws
     * once; the reconciler goes on trying, and a second call succeeds.
     */
    void stop(Pod pod) {
        pod.close();
        stopContainers(pod);
        Optional<CriusException> owed = pod.executor().call("stop", () -> release(pod));
        owed.ifPresent(e -> {
            throw e;
        });
    }

    private void stopContainers(Pod pod) {
        List<Container> running = registry.everyContainerOf(pod.id()).stream()
                .filter(c -> c.state().alive().isPresent())
                .toList();
        Duration grace = grace();
        running.forEach(container -> stopContainer.begin(container, grace));
        running.forEach(stopContainer::await);
    }

    /** Leaves half of the caller's time for the kill and for the network. */
    private static Duration grace() {
        Duration half = Deadline.currentOr(GRACE.multipliedBy(2)).remaining().dividedBy(2);
        return half.compareTo(GRACE) < 0 ? half : GRACE;
    }

    private Optional<CriusException> release(Pod pod) {
        if (!(pod.state() instanceof PodState.Ready)) {
            return Optional.empty();
        }
        Optional<CriusException> owed = giveBack(pod);
        pod.become(new PodState.Stopped(clock.instant(), owed.isEmpty()), Durability.POWER_LOSS);
        return owed;
    }

    private Optional<CriusException> giveBack(Pod pod) {
        try {
            resources.releaseAll(pod.definition());
            return Optional.empty();
        } catch (CriusException e) {
            return Optional.of(new CriusException.Failed(
                    "pod sandbox " + pod.definition().name() + "(" + pod.id() + ") is stopped, but " + e.getMessage()
                            + "; it is tried again in the background",
                    e));
        }
    }
}
