package io.crius.server.state;

import io.crius.network.pod.PodPins;
import io.crius.runtime.ContainerBundle;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Every resource outside the daemon that a pod will hold, written to its journal before the first is taken: whatever
 * happens next, somebody knows what to give back.
 *
 * @param pins bind mounts of the pod's own namespaces
 * @param runFolder volatile folder with resolv.conf, hostname and the shared memory mount
 * @param sharedMemory mount point of the pod's /dev/shm; empty with the host's IPC namespace
 * @param pause the pod's pause process, a container of our own making; empty where nothing needs one
 * @param hostPorts who leads ports of the node to the pod
 * @param choices what was decided beside the request
 */
public record PodPlan(
        PodPins pins,
        Path runFolder,
        Optional<Path> sharedMemory,
        Optional<ContainerBundle> pause,
        HostPortKeeper hostPorts,
        PodChoices choices) {
    /** Who leads ports of the node to a pod. */
    public enum HostPortKeeper {
        /** There are none, or the configuration leaves them to others. */
        NOBODY,
        /** The CNI plugins of the pod's network. */
        PLUGINS,
        /** The daemon. */
        CRIUS
    }

    public Path resolvConf() {
        return runFolder.resolve("resolv.conf");
    }

    public Path hostnameFile() {
        return runFolder.resolve("hostname");
    }

    /** The pinned network namespace; empty for a pod on the host's network, which CNI is never asked about. */
    public Optional<Path> networkNamespace() {
        return pins.network();
    }
}
