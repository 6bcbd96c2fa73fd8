package io.crius.server.sandbox;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.server.container.StopContainer;
import io.crius.server.job.CreationJobs;
import io.crius.server.journal.Journal.Durability;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerRequest;
import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import io.crius.server.state.Registry;
import java.time.Duration;
import java.time.Instant;
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

    /** For the ends of creations that were told to end: a runtime that cannot be killed must not keep the pod. */
    private static final Duration PATIENCE_FOR_CREATIONS = Duration.ofSeconds(5);

    private static final System.Logger LOG = System.getLogger(StopPodSandbox.class.getName());

    private final Registry registry;
    private final CreationJobs<ContainerRequest, Container> creations;
    private final StopContainer stopContainer;
    private final PodResources resources;
    private final InstantSource clock;

    /** {@code creations} are the jobs that make containers. */
    public StopPodSandbox(
            Registry registry,
            CreationJobs<ContainerRequest, Container> creations,
            StopContainer stopContainer,
            PodResources resources,
            InstantSource clock) {
        this.registry = registry;
        this.creations = creations;
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
        endCreations(pod);
        stopContainers(pod);
        Optional<CriusException> owed = pod.executor().call("stop", () -> release(pod));
        owed.ifPresent(e -> {
            throw e;
        });
    }

    /**
     * Ends the creations of containers in a pod that was closed, with whatever hangs in them; each gives back what it made. What
     * cannot be killed gives back when it goes on.
     */
    void endCreations(Pod pod) {
        String id = pod.id().value();
        creations.stop(id, "CreateContainer failed as the sandbox was stopped: " + id);
        int left = creations.settle(
                id, Deadline.after(PATIENCE_FOR_CREATIONS).earlier(Deadline.currentOr(PATIENCE_FOR_CREATIONS)));
        if (left > 0) {
            LOG.log(
                    WARNING,
                    () -> "pod sandbox " + id + " is stopped while " + left
                            + " of its containers are still being created;"
                            + " each of them is given back as soon as its creation goes on");
        }
    }

    private void stopContainers(Pod pod) {
        List<Container> running = registry.everyContainerOf(pod.id()).stream()
                .filter(c -> c.state().mayLive())
                .toList();
        Duration grace = grace();
        running.forEach(container -> stopContainer.begin(container, grace));
        running.forEach(stopContainer::await);
    }

    /** Leaves half of the caller's time for the kill and for the network. */
    private static Duration grace() {
        Duration half = Duration.ofNanos(
                Deadline.currentOr(GRACE.plus(GRACE)).remaining().toNanos() / 2);
        return half.compareTo(GRACE) < 0 ? half : GRACE;
    }

    private Optional<CriusException> release(Pod pod) {
        if (!(pod.state() instanceof PodState.Ready)) {
            return Optional.empty();
        }
        Instant at = clock.instant();
        begin(pod, at);
        Optional<CriusException> owed = giveBack(pod);
        if (owed.isEmpty() || pod.state() instanceof PodState.Ready) {
            pod.become(new PodState.Stopped(at, owed.isEmpty()), Durability.POWER_LOSS);
        }
        return owed;
    }

    /**
     * Before anything is given back: a daemon that dies halfway leaves a pod that nobody takes for ready. A power loss takes the
     * rest of the pod as well. Where it cannot be written, on a full disk say, there is the more reason to give back.
     */
    private static void begin(Pod pod, Instant at) {
        try {
            pod.become(new PodState.Stopped(at, false), Durability.DAEMON);
        } catch (CriusException.Failed e) {
            LOG.log(WARNING, () -> "the stop of pod " + pod.id() + " begins unrecorded: " + e.getMessage());
        }
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
