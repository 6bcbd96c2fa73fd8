package io.crius.runtime;

import io.crius.model.ContainerId;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A container that an OCI runtime has created: all that is needed to drive it, also after a restart of the daemon.
 *
 * @param init the container's first process
 * @param monitor empty when the monitor was gone already as the creation returned (a container that ended at once)
 */
public record RuntimeContainer(
        ContainerId id,
        RuntimeHandler handler,
        ContainerFolders folders,
        Path logPath,
        PidNamespace pidNamespace,
        ProcessIdentity init,
        Optional<ProcessIdentity> monitor) {}
