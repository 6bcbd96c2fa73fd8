package io.crius.server.node;

import io.crius.config.ExecCpus;
import io.crius.server.annotation.AnnotationRules;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What the configuration says about containers of one runtime handler, and what its runtime can do.
 *
 * @param leastMemory the least memory limit a container may have, in bytes
 * @param mounts what runtime and kernel together can mount
 * @param privilegedDevices what a privileged container gets of the node's devices
 * @param seccomp the profile of RuntimeDefault; empty is the node's
 * @param platformPaths {@code platform_runtime_paths}: binaries for images of other platforms, by {@code os/arch}
 * @param execCpus {@code exec_cpu_affinity}
 */
public record HandlerRules(
        long leastMemory,
        MountSupport mounts,
        PrivilegedDevices privilegedDevices,
        Optional<Path> seccomp,
        AnnotationRules annotations,
        Map<String, Path> platformPaths,
        ExecCpus execCpus) {
    /**
     * What can be mounted.
     *
     * @param recursiveReadOnly whether runtime and kernel know the mount option {@code rro}
     * @param idMapped whether the runtime mounts with mapped ids
     */
    public record MountSupport(boolean recursiveReadOnly, boolean idMapped) {
        public static final MountSupport NONE = new MountSupport(false, false);
    }

    /** What a privileged container gets of the node's devices. */
    public enum PrivilegedDevices {
        ALL,
        NONE
    }

    /** A handler without rules of its own. */
    public static final HandlerRules NONE = new HandlerRules(
            0,
            MountSupport.NONE,
            PrivilegedDevices.ALL,
            Optional.empty(),
            AnnotationRules.NONE,
            Map.of(),
            ExecCpus.ALL);

    public HandlerRules {
        platformPaths = Map.copyOf(platformPaths);
    }

    public HandlerRules withLeastMemory(long bytes) {
        return new HandlerRules(bytes, mounts, privilegedDevices, seccomp, annotations, platformPaths, execCpus);
    }

    public HandlerRules withMounts(MountSupport support) {
        return new HandlerRules(leastMemory, support, privilegedDevices, seccomp, annotations, platformPaths, execCpus);
    }

    public HandlerRules withPrivilegedDevices(PrivilegedDevices devices) {
        return new HandlerRules(leastMemory, mounts, devices, seccomp, annotations, platformPaths, execCpus);
    }

    public HandlerRules withSeccomp(Optional<Path> profile) {
        return new HandlerRules(leastMemory, mounts, privilegedDevices, profile, annotations, platformPaths, execCpus);
    }

    public HandlerRules withExecCpus(ExecCpus cpus) {
        return new HandlerRules(leastMemory, mounts, privilegedDevices, seccomp, annotations, platformPaths, cpus);
    }

    public HandlerRules withAnnotations(AnnotationRules rules) {
        return new HandlerRules(leastMemory, mounts, privilegedDevices, seccomp, rules, platformPaths, execCpus);
    }
}
