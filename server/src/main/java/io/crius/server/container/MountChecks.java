package io.crius.server.container;

import io.crius.model.CriusException;
import io.crius.server.state.RequestedMount;
import io.crius.server.state.RequestedMount.Propagation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Refuses mounts that can never work, before anything is made for their container. */
final class MountChecks {
    /** Places of the runtime's own file systems, or above them: a container without them does not start. */
    private static final Set<String> FOLDERS = Set.of("/proc", "/sys", "/dev");

    private MountChecks() {}

    static void check(String container, RequestedMount mount) {
        String name = name(container, mount);
        Path source = Path.of(mount.hostPath());
        if (!source.isAbsolute()) {
            throw new CriusException.InvalidArgument(name + ": the source is not an absolute path");
        }
        String destination = destination(mount);
        if (destination.equals("/")) {
            throw new CriusException.InvalidArgument(name + ": the root of the container cannot be mounted over");
        }
        if (FOLDERS.contains(destination) && Files.isRegularFile(source)) {
            throw new CriusException.InvalidArgument(name + ": the source is a file, not a folder");
        }
        checkRecursive(mount);
    }

    /** How errors name the mount. */
    static String name(String container, RequestedMount mount) {
        return "container " + container + ": mount of " + mount.hostPath() + " at " + mount.containerPath();
    }

    /**
     * Where the container sees it: absolute and without {@code .} and {@code ..}. Compat: a relative path begins at the root,
     * and {@code ~} is a name like others.
     */
    static String destination(RequestedMount mount) {
        return Path.of("/").resolve(mount.containerPath()).normalize().toString();
    }

    private static void checkRecursive(RequestedMount mount) {
        if (!mount.recursiveReadonly()) {
            return;
        }
        String path = "\"" + mount.hostPath() + "\"";
        if (!mount.readonly()) {
            throw new CriusException.InvalidArgument(
                    "recursive read-only mount conflicts with read-write mount for hostPath " + path);
        }
        if (mount.propagation() != Propagation.PRIVATE) {
            throw new CriusException.InvalidArgument(
                    "recursive read-only mount requires private propagation for hostPath " + path + ", got: "
                            + mount.propagation());
        }
    }
}
