package io.crius.cgroup;

import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.PodId;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How pods and containers are named in cgroups. {@code parent} is always what the CRI calls {@code cgroup_parent}, which
 * kubelet makes for each pod; empty means that the client left the choice to the node.
 */
public interface Cgroups {
    /** Compat: part of the names of CRI-O's cgroups, which cAdvisor and people look for. */
    String PREFIX = "crio";

    /** Refuses a parent that is not of this driver: the kubelet has then another cgroup driver configured. */
    void checkParent(String parent);

    /** The parent, or the one that is taken if it is empty. */
    String parentOrDefault(String parent);

    /** What an OCI runtime is told, as {@code linux.cgroupsPath}. */
    String containerPath(String parent, ContainerId container);

    /** Where the OCI runtime then makes the container's cgroup. */
    CgroupPath containerCgroup(String parent, ContainerId container);

    /** The pod's cgroup; empty if there is no parent. */
    Optional<CgroupPath> podCgroup(String parent);

    /** The cgroup of a pod without pause container, which cAdvisor looks for; empty if there is no parent. */
    Optional<CgroupPath> sandboxCgroup(String parent, PodId pod);

    /**
     * Moves a container's monitor out of the daemon's cgroup where staying there would end it with the daemon, into one
     * of its own.
     *
     * @param slice {@code monitor_cgroup} where it names one; empty for the driver's choice
     */
    void keepMonitor(String slice, ContainerId container, long pid);

    /** Moves a container's monitor into a cgroup of its own in the pod's, which is made. */
    void addMonitor(String parent, ContainerId container, long pid);

    /** Removes what {@link #addMonitor} made. Idempotent. */
    void removeMonitor(String parent, ContainerId container);

    /**
     * The daemon's own unit, where systemd makes a scope for each container, which is then ordered after it; empty where the
     * OCI runtime makes plain cgroups.
     */
    default Optional<String> ownUnit() {
        return Optional.empty();
    }

    /** The cgroups themselves. */
    CgroupTree tree();

    /** Makes the cgroup of a pod without pause container. Idempotent. */
    default void createSandbox(String parent, PodId pod) {
        sandboxCgroup(parent, pod).ifPresent(path -> {
            tree().create(path);
            tree().stopLoadBalancing(path);
        });
    }

    /** Removes what {@link #createSandbox} made. Idempotent. */
    default void removeSandbox(String parent, PodId pod) {
        sandboxCgroup(parent, pod).ifPresent(tree()::remove);
    }

    /**
     * Refuses a pod whose memory limit is too low for any container to start in it.
     *
     * @param leastBytes {@code container_min_memory} of the runtime handler
     */
    default void checkMemory(String parent, long leastBytes) {
        OptionalLong limit = podCgroup(parent).map(tree()::memoryLimit).orElse(OptionalLong.empty());
        if (limit.isPresent()) {
            checkMemoryLimit(limit.getAsLong(), leastBytes);
        }
    }

    /** Refuses a memory limit, of a pod or of a container, that is too low. Compat: CRI-O's text. */
    static void checkMemoryLimit(long limitBytes, long leastBytes) {
        if (limitBytes > 0 && limitBytes < leastBytes) {
            throw new CriusException.InvalidArgument(
                    "set memory limit " + limitBytes + " too low; should be at least " + leastBytes + " bytes");
        }
    }
}
