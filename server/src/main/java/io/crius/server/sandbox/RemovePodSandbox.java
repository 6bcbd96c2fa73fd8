package io.crius.server.sandbox;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.CriusException;
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
    private final PodResources resources;

    public RemovePodSandbox(
            Registry registry, StopPodSandbox stop, RemoveContainer removeContainer, PodResources resources) {
        this.registry = registry;
        this.stop = stop;
        this.removeContainer = removeContainer;
        this.resources = resources;
    }

    public void remove(String idOrPrefix) {
        registry.findPod(idOrPrefix).ifPresent(this::remove);
    }

    private void remove(Pod pod) {
        if (pod.state() instanceof PodState.Ready) {
            stopOrLog(pod);
        }
        registry.containersOf(pod.id()).forEach(removeContainer::remove);
        pod.executor().call("removal", () -> {
            giveBack(pod);
            return pod.id();
        });
    }

    /** An owed network does not keep the pod: it becomes doomed below and is tried again. */
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

    /** One attempt to give everything back; the reconciler calls it for doomed pods, too. */
    private void giveBack(Pod pod) {
        if (!registry.everyPod().contains(pod)) {
            return;
        }
        try {
            resources.releaseAll(pod.definition());
            registry.forget(pod);
        } catch (CriusException e) {
            String why = String.valueOf(e.getMessage());
            pod.doom(why);
            LOG.log(WARNING, () -> why + "; it is tried again in the background");
        }
    }
}
