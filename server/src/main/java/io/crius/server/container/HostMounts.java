package io.crius.server.container;

import io.crius.linux.MountInfo;
import io.crius.linux.Mounts;
import io.crius.model.CriusException;
import io.crius.server.container.spec.GrantedMount;
import io.crius.server.container.spec.GrantedMount.Writing;
import io.crius.server.node.HandlerRules;
import io.crius.server.state.RequestedMount;
import io.crius.server.state.RequestedMount.IdMaps;
import io.crius.server.state.RequestedMount.Propagation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Looks at the node's side of requested mounts: makes missing sources, and grants or refuses what was asked for. */
final class HostMounts {
    private final Mounts mounts;
    private final MountRules rules;
    private final NodePaths paths;

    HostMounts(Mounts mounts, MountRules rules) {
        this.mounts = mounts;
        this.rules = rules;
        this.paths = new NodePaths(rules.prefix());
    }

    /**
     * Grants a mount of a path of the node.
     *
     * @throws CriusException.InvalidArgument for a source that cannot be mounted so
     * @throws CriusException.FailedPrecondition where the node lacks what the mount needs
     */
    GrantedMount grant(String container, RequestedMount mount, HandlerRules handler) {
        String name = MountChecks.name(container, mount);
        Path source = source(name, mount);
        return GrantedMount.ofNode(
                        source,
                        MountChecks.destination(mount),
                        writing(mount, handler),
                        propagation(name, source, mount))
                .withIdMaps(idMaps(name, mount, handler));
    }

    private static IdMaps idMaps(String name, RequestedMount mount, HandlerRules handler) {
        if (!mount.idMaps().isEmpty() && !handler.mounts().idMapped()) {
            throw new CriusException.FailedPrecondition(
                    name + ": idmap mounts specified but OCI runtime does not support"
                            + " them: its features do not say so");
        }
        return mount.idMaps();
    }

    private Path source(String name, RequestedMount mount) {
        Path path = Path.of(mount.hostPath()).normalize();
        try {
            if (Files.notExists(paths.seen(path))) {
                make(name, path, paths.seen(path));
            }
            return paths.real(path);
        } catch (IOException e) {
            throw new CriusException.InvalidArgument(name + ": the source cannot be used: " + e, e);
        }
    }

    /** Compat: a missing source becomes a folder, as for Docker's volumes. */
    private void make(String name, Path path, Path seen) throws IOException {
        if (rules.mustExist().contains(path)) {
            throw new CriusException.FailedPrecondition(name + ": cannot mount " + path
                    + ": path does not exist and will cause issues as a directory"
                    + " (absent_mount_sources_to_reject names it)");
        }
        if (Files.isSymbolicLink(seen)) {
            throw new CriusException.InvalidArgument(
                    name + ": the source is a link to " + Files.readSymbolicLink(seen) + ", which does not exist");
        }
        Files.createDirectories(
                seen, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }

    private static Writing writing(RequestedMount mount, HandlerRules handler) {
        if (!mount.recursiveReadonly()) {
            return mount.readonly() ? Writing.READ_ONLY : Writing.READ_WRITE;
        }
        if (!handler.mounts().recursiveReadOnly()) {
            throw new CriusException.FailedPrecondition(
                    "recursive read-only mount support is not available for hostPath \"" + mount.hostPath() + "\"");
        }
        return Writing.RECURSIVE_READ_ONLY;
    }

    private Propagation propagation(String name, Path source, RequestedMount mount) {
        return switch (mount.propagation()) {
            case PRIVATE ->
                rules.storage().stream().anyMatch(storage -> storage.startsWith(source))
                        ? Propagation.HOST_TO_CONTAINER
                        : Propagation.PRIVATE;
            case HOST_TO_CONTAINER -> {
                MountInfo on = mountOf(name, source);
                if (on.propagation().isEmpty()) {
                    throw notShared(name, source, on, "a shared or slave");
                }
                yield Propagation.HOST_TO_CONTAINER;
            }
            case BIDIRECTIONAL -> {
                MountInfo on = mountOf(name, source);
                if (on.propagation().stream().noneMatch(tag -> tag.startsWith("shared:"))) {
                    throw notShared(name, source, on, "a shared");
                }
                yield Propagation.BIDIRECTIONAL;
            }
        };
    }

    private static CriusException notShared(String name, Path source, MountInfo on, String needed) {
        return new CriusException.FailedPrecondition(name + ": path \"" + source + "\" is mounted on \""
                + on.mountPoint() + "\" but it is not " + needed + " mount");
    }

    /** The mount that the path is on: of those above it the deepest, and of several there the last. */
    private MountInfo mountOf(String name, Path source) {
        try {
            return mounts.list().stream()
                    .filter(mount -> source.startsWith(mount.mountPoint()))
                    .reduce((one, other) -> other.mountPoint().getNameCount()
                                    >= one.mountPoint().getNameCount()
                            ? other
                            : one)
                    .orElseThrow(() -> new CriusException.FailedPrecondition(
                            name + ": " + source + " is not on a mount of the node"));
        } catch (IOException e) {
            throw new CriusException.Failed(name + ": the mounts of the node: " + e.getMessage(), e);
        }
    }
}
