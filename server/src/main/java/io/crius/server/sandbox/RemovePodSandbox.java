package io.crius.server.sandbox;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.server.container.RemoveContainer;
import io.crius.server.job.CreationJobs;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerRequest;
import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import io.crius.server.state.Registry;
import java.time.Duration;

/**
 * RemovePodSandbox: stops the pod where that was not done, removes its containers, forgets it. Idempotent; an unknown pod
 * is success. What cannot be given back now stays with the reconciler and does not keep the name.
 */
public final class RemovePodSandbox {
    private static final System.Logger LOG = System.getLogger(RemovePodSandbox.class.getName());

    /** For containers that are just being created: a runtime that hangs must not keep the pod. */
    private static final Duration PATIENCE_FOR_CREATIONS = Duration.ofSeconds(5);

    private final Registry registry;
    private final StopPodSandbox stop;
    private final CreationJobs<ContainerRequest, Container> creations;
    private final RemoveContainer removeContainer;
    private final PodRemoval removal;

    /** {@code creations} are the jobs that make containers. */
    public RemovePodSandbox(
            Registry registry,
            StopPodSandbox stop,
            CreationJobs<ContainerRequest, Container> creations,
            RemoveContainer removeContainer,
            PodRemoval removal) {
        this.registry = registry;
        this.stop = stop;
        this.creations = creations;
        this.removeContainer = removeContainer;
        this.removal = removal;
    }

    public void remove(String idOrPrefix) {
        registry.findPod(idOrPrefix).ifPresent(this::remove);
    }

    private void remove(Pod pod) {
        pod.close();
        if (pod.state() instanceof PodState.Ready) {
            stopOrLog(pod);
        }
        awaitCreations(pod);
        registry.containersOf(pod.id()).forEach(removeContainer::remove);
        pod.executor().call("removal", () -> {
            giveBack(pod);
            return pod.id();
        });
    }

    /** The pod is closed: each gives back what it made. One that hangs does so when it goes on. */
    private void awaitCreations(Pod pod) {
        int left = creations.settle(
                pod.id().value(),
                Deadline.after(PATIENCE_FOR_CREATIONS).earlier(Deadline.currentOr(PATIENCE_FOR_CREATIONS)));
        if (left > 0) {
            LOG.log(
                    WARNING,
                    () -> "pod sandbox " + pod.id() + " is removed while " + left + " of its containers are still being"
                            + " created; each of them is given back as soon as its creation goes on");
        }
    }

    /** What the stop still owes does not keep the pod: it becomes doomed below and is tried again. */
    private void stopOrLog(Pod pod) {
        try {
            stop.stop(pod);
        } catch (CriusException.Failed e) {
            if (pod.state() instanceof PodState.Ready) {
                throw e;
            }
            LOG.log(WARNING, e::getMessage);
        }
    }

    /** What is left to the reconciler is no longer the caller's concern. */
    private void giveBack(Pod pod) {
        try {
            removal.remove(pod);
        } catch (CriusException e) {
            if (!(pod.state() instanceof PodState.Doomed)) {
                throw e;
            }
            LOG.log(WARNING, () -> e.getMessage() + "; it is tried again in the background");
        }
    }
}
