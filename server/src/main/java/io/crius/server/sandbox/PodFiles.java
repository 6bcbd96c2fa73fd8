package io.crius.server.sandbox;

import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.MountFlag;
import io.crius.linux.OpenFlag;
import io.crius.linux.UnmountFlag;
import io.crius.model.CriusException;
import io.crius.network.pod.ResolvConf;
import io.crius.server.container.Traversable;
import io.crius.server.selinux.FileLabels;
import io.crius.server.state.PodDefinition;
import io.crius.server.state.SelinuxLabel;
import io.crius.server.state.UserNamespace;
import io.crius.storage.disk.TreeRemoval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The volatile folder of a pod: resolv.conf, hostname, and the tmpfs that its containers see as /dev/shm.
 *
 * <p>Thread-safe between pods.
 */
public final class PodFiles {
    private static final Set<OpenFlag> JUST_NAMED = Set.of(OpenFlag.RDONLY, OpenFlag.NOFOLLOW);

    private static final Path NODE_RESOLV_CONF = Path.of("/etc/resolv.conf");

    private final Linux linux;
    private final FileLabels labels;

    /** {@code labels} is used for pods that have labels of SELinux. */
    public PodFiles(Linux linux, FileLabels labels) {
        this.linux = linux;
        this.labels = labels;
    }

    /** Makes everything the plan names. What exists is overwritten. */
    void make(PodDefinition pod) {
        Path folder = pod.plan().runFolder();
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
            write(pod.plan().hostnameFile(), pod.hostname() + "\n");
            write(pod.plan().resolvConf(), resolvConf(pod));
            write(folder.resolve("containerenv"), "");
            if (pod.plan().sharedMemory().isPresent()) {
                mountSharedMemory(pod, pod.plan().sharedMemory().get());
            }
            if (pod.user().isPresent()) {
                giveTo(pod, pod.user().get());
            }
            Files.createDirectories(
                    pod.logDirectory(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            pod.plan().choices().labels().files().ifPresent(label -> label(pod, label));
        } catch (IOException e) {
            throw new CriusException.Failed("files of pod " + pod.name() + " in " + folder + ": " + e, e);
        }
    }

    /** Compat: the log folder as well, so that what collects logs of the pod may read it by the pod's level. */
    private void label(PodDefinition pod, SelinuxLabel label) {
        for (Path file : List.of(
                pod.plan().hostnameFile(),
                pod.plan().resolvConf(),
                pod.plan().runFolder().resolve("containerenv"),
                pod.logDirectory())) {
            labels.label(file, label, FileLabels.Top.TELLS_NOTHING);
        }
    }

    /** Whether the folder is there: it is not after a reboot. */
    boolean exist(PodDefinition pod) {
        return Files.isDirectory(pod.plan().runFolder());
    }

    /** Takes away everything below the folder. Idempotent. */
    void remove(PodDefinition pod) {
        Path folder = pod.plan().runFolder();
        try {
            if (pod.plan().sharedMemory().isPresent()
                    && linux.mounts().isMountPoint(pod.plan().sharedMemory().get())) {
                linux.mounts().unmount(pod.plan().sharedMemory().get(), EnumSet.of(UnmountFlag.DETACH));
            }
            deleteFlat(folder);
        } catch (IOException e) {
            throw new CriusException.Failed("removing files of pod " + pod.name() + " in " + folder + ": " + e, e);
        }
    }

    /** Compat: the root of the pod's user namespace owns its files, and can walk to them. */
    private void giveTo(PodDefinition pod, UserNamespace user) throws IOException {
        Traversable.to(pod.plan().hostnameFile());
        for (Path file : List.of(pod.plan().hostnameFile(), pod.plan().resolvConf())) {
            try (Fd fd = linux.descriptors().open(file, JUST_NAMED, 0)) {
                linux.attributes().chown(fd, user.rootUid(), user.rootGid());
            }
        }
    }

    /** Takes away the folder of a pod of which nothing else is known, with whatever is mounted below. Idempotent. */
    public void removeStray(Path folder) {
        try {
            TreeRemoval.removeUnmounted(folder, linux.mounts());
        } catch (IOException e) {
            throw new CriusException.Failed("removing " + folder + ": " + e, e);
        }
    }

    private void mountSharedMemory(PodDefinition pod, Path target) throws IOException {
        Files.createDirectories(target);
        if (!linux.mounts().isMountPoint(target)) {
            linux.mounts()
                    .mount(
                            "shm",
                            target,
                            "tmpfs",
                            EnumSet.of(MountFlag.NOEXEC, MountFlag.NOSUID, MountFlag.NODEV),
                            "mode=1777,size=" + pod.plan().choices().sharedMemoryBytes() + owner(pod) + label(pod));
        }
    }

    private static String owner(PodDefinition pod) {
        return pod.user()
                .map(user -> ",uid=" + user.rootUid() + ",gid=" + user.rootGid())
                .orElse("");
    }

    private static String label(PodDefinition pod) {
        return pod.plan()
                .choices()
                .labels()
                .files()
                .map(label -> ",context=\"" + label + "\"")
                .orElse("");
    }

    private static String resolvConf(PodDefinition pod) throws IOException {
        ResolvConf wanted = pod.request()
                .dns()
                .map(dns -> new ResolvConf(dns.servers(), dns.searches(), dns.options()))
                .orElse(ResolvConf.EMPTY);
        return wanted.textOr(wanted.isEmpty() ? nodeResolvConf() : "");
    }

    private static String nodeResolvConf() throws IOException {
        try {
            return Files.readString(NODE_RESOLV_CONF);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    private static void deleteFlat(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }
}
