package io.crius.server.container;

import io.crius.config.ImageVolumes;
import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.FileMode;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.model.CriusException;
import io.crius.model.ImageId;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.oci.runtime.SpecMount;
import io.crius.server.container.ImageMounts.Shown;
import io.crius.server.container.spec.GrantedMount;
import io.crius.server.container.user.UserDatabase;
import io.crius.server.container.user.UserResolver.Resolved;
import io.crius.server.node.HandlerRules;
import io.crius.server.state.ContainerDefinition;
import io.crius.server.state.RequestedMount;
import io.crius.server.state.RequestedMount.RequestedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The files of a container: its runtime spec, its log folder, and what is read from its image. */
public final class ContainerFiles {
    /** Safety: an image decides the size of its /etc/passwd; more than this of it is not read. */
    private static final int LARGEST_DATABASE = 1 << 20;

    /**
     * Volumes of a container's image.
     *
     * @param requested where the request mounts something
     * @param folder for volumes outside of the root filesystem
     */
    record Volumes(Set<String> declared, Set<String> requested, Path folder) {}

    private final Linux linux;
    private final HostMounts mounts;
    private final ImageVolumeFolders imageVolumes;
    private final ImageSubPaths subPaths;

    public ContainerFiles(Linux linux, MountRules rules, ImageVolumes imageVolumes) {
        this.linux = linux;
        this.mounts = new HostMounts(linux.mounts(), rules);
        this.subPaths = new ImageSubPaths(linux.descriptors());
        this.imageVolumes = new ImageVolumeFolders(imageVolumes);
    }

    /** Writes config.json as it was made, which survives a reboot, and {@code forRuntime}. */
    void writeSpec(ContainerDefinition container, RuntimeSpec made, UnaryOperator<RuntimeSpec> forRuntime) {
        RuntimeSpec ofRuntime = forRuntime.apply(made);
        try {
            byte[] json = made.toBytes();
            Files.write(
                    container.bundle().folders().bundle().resolve("config.json"),
                    ofRuntime.equals(made) ? json : ofRuntime.toBytes());
            Files.write(container.bundle().folders().persistent().resolve("config.json"), json);
        } catch (IOException e) {
            throw new CriusException.Failed("runtime spec of container " + container.id() + ": " + e, e);
        }
    }

    /** The runtime spec as it was written; empty where there is none (any more). */
    JsonObject readSpec(ContainerDefinition container) {
        Path file = container.bundle().folders().persistent().resolve("config.json");
        try {
            return Files.exists(file) ? Json.parseObject(Files.readAllBytes(file), file.toString()) : JsonObject.EMPTY;
        } catch (IOException e) {
            throw new CriusException.Failed("runtime spec " + file + ": " + e, e);
        }
    }

    /** Replaces the copy of the runtime spec that {@link #readSpec} reads, where there is one. */
    void changeSpec(ContainerDefinition container, UnaryOperator<JsonObject> change) {
        JsonObject spec = readSpec(container);
        if (spec.isEmpty()) {
            return;
        }
        Path file = container.bundle().folders().persistent().resolve("config.json");
        try {
            linux.files().write(file, Json.writeBytes(change.apply(spec)), FileMode.PRIVATE);
        } catch (IOException e) {
            throw new CriusException.Failed("runtime spec " + file + ": " + e, e);
        }
    }

    /** Lets the root of the container's user namespace walk to its root filesystem and its own files. */
    void makeTraversable(ContainerDefinition container, Path rootfs) {
        try {
            for (Path place : List.of(
                    rootfs.resolve("etc"),
                    container.bundle().folders().bundle().resolve("config.json"),
                    container.bundle().folders().persistent().resolve("config.json"))) {
                Traversable.to(place);
            }
        } catch (IOException e) {
            throw new CriusException.Failed("container " + container.id() + " in its user namespace: " + e, e);
        }
    }

    /** Makes the log's folder; a dangling link in the log's place is removed. */
    void prepareLog(Path log) {
        try {
            Files.createDirectories(log.getParent());
            // Safety: the monitor would write to wherever it leads; a pod may have put it there that mounts the folder
            // of logs.
            if (Files.isSymbolicLink(log)) {
                Files.delete(log);
            }
        } catch (IOException e) {
            throw new CriusException.Failed("log " + log + ": " + e, e);
        }
    }

    /** The users and groups of the image, read without following links out of the root filesystem. */
    UserDatabase users(Path rootfs) {
        try (Fd root = linux.descriptors().open(rootfs, EnumSet.of(OpenFlag.PATH, OpenFlag.DIRECTORY), 0)) {
            return UserDatabase.parse(read(root, "/etc/passwd"), read(root, "/etc/group"));
        } catch (IOException e) {
            throw new CriusException.Failed("users of the image at " + rootfs + ": " + e.getMessage(), e);
        }
    }

    private String read(Fd root, String path) throws IOException {
        try (Fd file = linux.descriptors().openBeneath(root, path, EnumSet.of(OpenFlag.RDONLY, OpenFlag.NONBLOCK), 0)) {
            long size = Files.size(file.procPath());
            byte[] content = new byte[Math.toIntExact(Math.min(size, LARGEST_DATABASE))];
            int length = linux.descriptors().pread(file, content, 0);
            return new String(content, 0, Math.max(0, length), StandardCharsets.UTF_8);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR || e.errno() == Errno.ELOOP) {
                return "";
            }
            throw e;
        }
    }

    /** The requested mounts, their missing sources made; {@code images} says where images are mounted. */
    List<GrantedMount> mounts(ContainerDefinition container, HandlerRules handler, Map<ImageId, Shown> images) {
        return container.request().mounts().stream()
                .map(mount -> mount.image().isPresent()
                        ? ofImage(container, mount, mount.image().get(), images)
                        : mounts.grant(container.name().name(), mount, handler))
                .toList();
    }

    private GrantedMount ofImage(
            ContainerDefinition container, RequestedMount mount, RequestedImage image, Map<ImageId, Shown> images) {
        ImageId id = Objects.requireNonNull(container.mountedImages().get(image.name()));
        Shown shown = Objects.requireNonNull(images.get(id));
        Path source = subPaths.find(shown.point(), image);
        String destination = MountChecks.destination(mount);
        return switch (shown.origin()) {
            case IMAGE -> GrantedMount.ofImage(source, destination);
            case ARTIFACT -> GrantedMount.ofArtifact(source, destination);
            case NODE -> throw new IllegalStateException(shown + " is mounted of the node");
        };
    }

    /** Makes what the root filesystem needs beyond its image: the folder to begin in, /etc/mtab, and volumes of the image. */
    List<SpecMount> prepareRootfs(Path rootfs, String workingDir, Volumes volumes) {
        try (var root = RootfsFolder.open(linux, rootfs)) {
            root.makeFolders(Path.of(workingDir));
            root.linkMtab();
            return imageVolumes.make(volumes.declared(), volumes.requested(), root, volumes.folder());
        } catch (IOException e) {
            throw new CriusException.Failed(
                    "working_dir " + workingDir + " in the root filesystem " + rootfs + ": " + e.getMessage(), e);
        }
    }

    /**
     * Files of the image as the container shall see them: where its user or group is not in /etc/passwd or /etc/group, a copy
     * with a line more. Keyed by their place in the container.
     *
     * @param home of the user that is added
     */
    Map<String, Path> userFiles(ContainerDefinition container, UserDatabase users, Resolved user, String home) {
        Map<String, Path> files = new HashMap<>();
        users.passwdWith(user.uid(), user.gid(), home)
                .ifPresent(text -> files.put("/etc/passwd", write(container, "passwd", text)));
        users.groupWith(user.gid()).ifPresent(text -> files.put("/etc/group", write(container, "group", text)));
        return Map.copyOf(files);
    }

    private static Path write(ContainerDefinition container, String name, String text) {
        Path file = container.bundle().folders().persistent().resolve(name);
        try {
            Files.writeString(file, text);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            return file;
        } catch (IOException e) {
            throw new CriusException.Failed("/etc/" + name + " of container " + container.id() + ": " + e, e);
        }
    }
}
