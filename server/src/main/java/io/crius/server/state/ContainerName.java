package io.crius.server.state;

import io.crius.model.CriusException;

/** Kubernetes' name of a container in its pod; {@code attempt} counts restarts from zero. */
public record ContainerName(String name, int attempt) {
    public ContainerName {
        if (name.isEmpty()) {
            throw new CriusException.InvalidArgument("container metadata.name is empty");
        }
    }

    /** The name that no other container on the node may bear. Compat: CRI-O's spelling. */
    public String unique(PodName pod) {
        return "k8s_" + name + "_" + pod.name() + "_" + pod.namespace() + "_" + pod.uid() + "_" + attempt;
    }
}
