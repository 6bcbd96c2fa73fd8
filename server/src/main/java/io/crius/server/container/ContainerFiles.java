package io.crius.server.container;

import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.server.container.user.UserDatabase;
import io.crius.server.state.ContainerDefinition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;

/** The files of a container: its runtime spec, its log folder, and what is read from its image. */
public final class ContainerFiles {
    /** Safety: an image decides the size of its /etc/passwd; more than this of it is not read. */
    private static final int LARGEST_DATABASE = 1 << 20;

    private final Linux linux;

    public ContainerFiles(Linux linux) {
        this.linux = linux;
    }

    /** Writes config.json for the runtime, and a copy that survives a reboot. */
    void writeSpec(ContainerDefinition container, RuntimeSpec spec) {
        try {
            byte[] json = spec.toBytes();
            Files.write(container.bundle().folders().bundle().resolve("config.json"), json);
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

    /** Makes the log's folder; a dangling link in the log's place is removed. */
    void prepareLog(Path log) {
        try {
            Files.createDirectories(log.getParent());
            if (Files.isSymbolicLink(log) && !Files.exists(log)) {
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
            return new String(Arrays.copyOf(content, Math.max(0, length)), StandardCharsets.UTF_8);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR || e.errno() == Errno.ELOOP) {
                return "";
            }
            throw e;
        }
    }

    /** The source of a mount: links resolved, a missing one made as a folder. */
    Path mountSource(String hostPath) {
        Path path = Path.of(hostPath);
        if (!path.isAbsolute()) {
            throw new CriusException.InvalidArgument("mount source \"" + hostPath + "\" is not absolute");
        }
        try {
            if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectories(path);
            }
            return path.toRealPath();
        } catch (IOException e) {
            throw new CriusException.InvalidArgument("mount source \"" + hostPath + "\": " + e, e);
        }
    }
}
