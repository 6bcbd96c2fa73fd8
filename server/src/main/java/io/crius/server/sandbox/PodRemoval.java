package io.crius.server.sandbox;

import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import io.crius.server.state.Registry;

/**
 * The last step of a pod's life: everything is given back, then the pod is forgotten.
 *
 * <p>Runs in the pod's executor, or in the job that creates it.
 */
public final class PodRemoval {
    private final Registry registry;
    private final PodResources resources;

    public PodRemoval(Registry registry, PodResources resources) {
        this.registry = registry;
        this.resources = resources;
    }

    /**
     * Gives everything back and forgets the pod. Idempotent. Where something cannot be given back now, this throws it and the
     * pod is doomed: its name is free, and the reconciler goes on trying.
     */
    public void remove(Pod pod) {
        if (!registry.has(pod.id())) {
            return;
        }
        try {
            if (!isGivenBack(pod)) {
                resources.releaseAll(pod.definition());
            }
            registry.forget(pod);
        } catch (RuntimeException e) {
            doom(pod, e);
            throw e;
        }
    }

    /** What a complete stop gave back is not asked for again: each network plugin is a process. */
    private static boolean isGivenBack(Pod pod) {
        return pod.state() instanceof PodState.Stopped stopped && stopped.givenBack();
    }

    private static void doom(Pod pod, RuntimeException cause) {
        try {
            pod.doom(String.valueOf(cause.getMessage()));
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }
}
