package io.crius.server.state;

/** What a pod costs beside its containers, and what all of them together may use; kubelet makes the pod's cgroup by it. */
public record PodLimits(LinuxResources overhead, LinuxResources resources) {
    public static final PodLimits NONE = new PodLimits(LinuxResources.NONE, LinuxResources.NONE);
}
