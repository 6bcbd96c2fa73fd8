package io.crius.cgroup;

import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How the node has its cgroups mounted.
 *
 * @param controllers of v1: the mount point of each controller that is mounted; several may share one
 * @param named of v1: hierarchies without controllers, as systemd's
 * @param unified the v2 tree: the only one in V2, beside the others in HYBRID
 */
public record CgroupLayout(Mode mode, Map<String, Path> controllers, Set<Path> named, Optional<Path> unified) {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final Path CONTROLLERS = Path.of("/proc/cgroups");

    /** Which tree the controllers are in. */
    public enum Mode {
        V1,
        /** Controllers in v1 hierarchies, and a v2 tree mounted beside them. */
        HYBRID,
        V2
    }

    public CgroupLayout {
        controllers = Collections.unmodifiableMap(new TreeMap<>(controllers));
        named = Set.copyOf(named);
    }

    /** The layout of this machine. */
    public static CgroupLayout detect() {
        try {
            String kernel = Files.exists(CONTROLLERS) ? Files.readString(CONTROLLERS) : "";
            return parse(Files.readString(MOUNTS), kernel);
        } catch (IOException e) {
            throw new CriusException.Failed("find out how cgroups are mounted: " + e.getMessage(), e);
        }
    }

    /**
     * The layout that these files tell of.
     *
     * @param mountinfo /proc/self/mountinfo
     * @param cgroups /proc/cgroups: what tells a v1 controller from a mount option
     */
    public static CgroupLayout parse(String mountinfo, String cgroups) {
        List<MountLine> mounts = mountinfo
                .lines()
                .map(MountLine::parse)
                .flatMap(Optional::stream)
                .toList();
        Set<String> known = knownControllers(cgroups);
        var controllers = new TreeMap<String, Path>();
        var named = new LinkedHashSet<Path>();
        for (MountLine mount : ofType(mounts, "cgroup")) {
            Set<String> own =
                    mount.superOptions().stream().filter(known::contains).collect(Collectors.toSet());
            own.forEach(controller -> controllers.putIfAbsent(controller, mount.mountPoint()));
            if (own.isEmpty()) {
                named.add(mount.mountPoint());
            }
        }
        Optional<Path> unified =
                ofType(mounts, "cgroup2").stream().map(MountLine::mountPoint).findFirst();
        return new CgroupLayout(mode(controllers, unified), controllers, named, unified);
    }

    private static List<MountLine> ofType(List<MountLine> mounts, String type) {
        return mounts.stream().filter(mount -> mount.type().equals(type)).toList();
    }

    private static Mode mode(Map<String, Path> controllers, Optional<Path> unified) {
        if (controllers.isEmpty()) {
            if (unified.isEmpty()) {
                throw new CriusException.FailedPrecondition(
                        "no cgroup hierarchy with controllers is mounted; mount cgroup2 on /sys/fs/cgroup, or the v1"
                                + " hierarchies below it");
            }
            return Mode.V2;
        }
        return unified.isEmpty() ? Mode.V1 : Mode.HYBRID;
    }

    /** {@code #subsys_name hierarchy num_cgroups enabled}, separated by tabs. */
    private static Set<String> knownControllers(String cgroups) {
        return cgroups.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("\\s+"))
                .filter(fields -> fields.length >= 4 && fields[3].equals("1"))
                .map(fields -> fields[0])
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The mount points of all v1 hierarchies with controllers, each once. */
    Set<Path> hierarchies() {
        return new LinkedHashSet<>(controllers.values());
    }

    /** For the log: {@code HYBRID (blkio cpu memory)}. */
    @Override
    public String toString() {
        return mode + (controllers.isEmpty() ? "" : " (" + String.join(" ", controllers.keySet()) + ")");
    }

    /** The controllers of a space-separated list, as {@code cgroup.controllers} has it. */
    static Set<String> words(String list) {
        return Arrays.stream(list.strip().split("\\s+"))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
