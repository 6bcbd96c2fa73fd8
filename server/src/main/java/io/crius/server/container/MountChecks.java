package io.crius.server.container;

import io.crius.model.CriusException;
import io.crius.server.state.RequestedMount;
import io.crius.server.state.RequestedMount.Propagation;
import io.crius.server.state.RequestedMount.RequestedImage;
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
        if (mount.image().isPresent()) {
            checkImage(name, mount);
            return;
        }
        Path source = Path.of(mount.hostPath());
        if (!source.isAbsolute()) {
            throw new CriusException.InvalidArgument(name + ": the source is not an absolute path");
        }
        String destination = destination(mount);
        requireBelowRoot(name, destination);
        if (FOLDERS.contains(destination) && Files.isRegularFile(source)) {
            throw new CriusException.InvalidArgument(name + ": the source is a file, not a folder");
        }
        checkRecursive(mount);
    }

    /** Compat: what is mounted of an image is read-only, whether the request says so or not. */
    private static void checkImage(String name, RequestedMount mount) {
        requireBelowRoot(name, destination(mount));
        String subPath = mount.image().map(RequestedImage::subPath).orElse("");
        if (subPath.startsWith("/") || Path.of(subPath).normalize().startsWith("..")) {
            throw new CriusException.InvalidArgument("ImageVolumeMountFailed: " + name + ": image_sub_path \"" + subPath
                    + "\" is not a relative path inside the image");
        }
        if (mount.propagation() != Propagation.PRIVATE || !mount.idMaps().isEmpty()) {
            throw new CriusException.InvalidArgument(
                    "ImageVolumeMountFailed: " + name + ": an image is mounted without propagation and id mappings");
        }
    }

    private static void requireBelowRoot(String name, String destination) {
        if (destination.equals("/")) {
            throw new CriusException.InvalidArgument(name + ": the root of the container cannot be mounted over");
        }
    }

    /** How errors name the mount. */
    static String name(String container, RequestedMount mount) {
        String source = mount.image().map(image -> "image " + image.name()).orElse(mount.hostPath());
        return "container " + container + ": mount of " + source + " at " + mount.containerPath();
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
