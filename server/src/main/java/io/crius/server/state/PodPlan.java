package io.crius.server.state;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Every resource outside the daemon that a pod will hold, written to its journal before the first is taken: whatever
 * happens next, somebody knows what to give back.
 *
 * @param pins bind mounts of the pod's own namespaces, by kind ("net", "ipc", "uts")
 * @param runFolder volatile folder with resolv.conf, hostname and the shared memory mount
 * @param sharedMemory mount point of the pod's /dev/shm; empty with the host's IPC namespace
 * @param networked whether CNI is called for this pod
 * @param cgroup cgroup of the pod that we make (relative to the hierarchy); empty where none is needed
 */
public record PodPlan(
        Map<String, Path> pins, Path runFolder, Optional<Path> sharedMemory, boolean networked, Optional<String> cgroup) {
    public PodPlan {
        pins = Map.copyOf(pins);
    }

    public Path resolvConf() {
        return runFolder.resolve("resolv.conf");
    }

    public Path hostnameFile() {
        return runFolder.resolve("hostname");
    }

    /** The pinned network namespace; empty for a pod on the host's network. */
    public Optional<Path> networkNamespace() {
        return Optional.ofNullable(pins.get("net"));
    }
}
