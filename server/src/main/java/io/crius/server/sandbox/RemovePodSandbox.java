package io.crius.server.sandbox;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.CriusException;
import io.crius.server.container.PendingRemovals;
import io.crius.server.container.RemoveContainer;
import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import io.crius.server.state.Registry;

/**
 * RemovePodSandbox: stops the pod where that was not done, removes its containers, forgets it. Idempotent; an unknown pod
 * is success. What cannot be given back now stays with the reconciler and does not keep the name.
 */
public final class RemovePodSandbox {
    private static final System.Logger LOG = System.getLogger(RemovePodSandbox.class.getName());

    private final Registry registry;
    private final StopPodSandbox stop;
    private final RemoveContainer removeContainer;
    private final PendingRemovals removals;
    private final PodRemoval removal;

    public RemovePodSandbox(
            Registry registry,
            StopPodSandbox stop,
            RemoveContainer removeContainer,
            PendingRemovals removals,
            PodRemoval removal) {
        this.registry = registry;
        this.stop = stop;
        this.removeContainer = removeContainer;
        this.removals = removals;
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
        stop.endCreations(pod);
        registry.containersOf(pod.id()).forEach(removeContainer::remove);
        removals.awaitThoseOf(pod.id());
        pod.executor().call("removal", () -> {
            giveBack(pod);
            return pod.id();
        });
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
