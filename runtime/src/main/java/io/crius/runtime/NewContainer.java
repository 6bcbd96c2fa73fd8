package io.crius.runtime;

import io.crius.model.ContainerId;

/**
 * A container to be created from a bundle that is complete: {@code config.json} written, root filesystem mounted.
 *
 * @param name the full name, {@code k8s_...}
 * @param folders exist and belong to this container alone
 */
public record NewContainer(
        ContainerId id,
        String name,
        RuntimeHandler handler,
        ContainerFolders folders,
        ContainerLog log,
        ContainerStreams streams,
        PidNamespace pidNamespace) {}
