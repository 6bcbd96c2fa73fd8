package io.crius.server.node;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the configuration says about containers of one runtime handler, and what its runtime can do.
 *
 * @param leastMemory the least memory limit a container may have, in bytes
 * @param recursiveReadOnly whether runtime and kernel know the mount option {@code rro}
 * @param privilegedDevices what a privileged container gets of the node's devices
 * @param seccomp the profile of RuntimeDefault; empty is the node's
 */
public record HandlerRules(
        long leastMemory, boolean recursiveReadOnly, PrivilegedDevices privilegedDevices, Optional<Path> seccomp) {
    /** A handler without rules of its own. */
    public static final HandlerRules NONE = new HandlerRules(0, false, PrivilegedDevices.ALL, Optional.empty());

    /** What a privileged container gets of the node's devices. */
    public enum PrivilegedDevices {
        ALL,
        NONE
    }
}
