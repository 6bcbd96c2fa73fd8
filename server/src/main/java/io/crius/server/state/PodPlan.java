package io.crius.server.state;

import io.crius.network.pod.PodPins;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Every resource outside the daemon that a pod will hold, written to its journal before the first is taken: whatever
 * happens next, somebody knows what to give back.
 *
 * @param pins bind mounts of the pod's own namespaces
 * @param runFolder volatile folder with resolv.conf, hostname and the shared memory mount
 * @param sharedMemory mount point of the pod's /dev/shm; empty with the host's IPC namespace
 */
public record PodPlan(PodPins pins, Path runFolder, Optional<Path> sharedMemory) {
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
