package io.crius.storage.driver;

import io.crius.linux.Depth;
import io.crius.linux.Linux;
import io.crius.linux.Propagation;
import io.crius.linux.UnmountFlag;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * The private bind mount of the driver's folder onto itself, which keeps mounts of layers from spreading into other mount
 * namespaces. For the holder of {@code storage.lock}.
 *
 * <p>Compat: every tool of the family makes it where it is missing, and takes it away, with all mounts below, when it ends
 * while {@code mountpoints.json} lists no mounted layer.
 */
public final class DriverHomeMount {
    private final Path home;
    private final Linux linux;

    public DriverHomeMount(Path home, Linux linux) {
        this.home = home;
        this.linux = linux;
    }

    /** Idempotent. */
    public void ensure() throws IOException {
        if (!linux.mounts().isMountPoint(home)) {
            linux.mounts().bind(home, home, Depth.SINGLE);
        }
        linux.mounts().propagation(home, Propagation.PRIVATE, Depth.SINGLE);
    }

    /** Idempotent. */
    public void release() throws IOException {
        if (linux.mounts().isMountPoint(home)) {
            linux.mounts().unmount(home, Set.of(UnmountFlag.DETACH, UnmountFlag.NOFOLLOW));
        }
    }
}
