package io.crius.server.container.spec;

import io.crius.oci.runtime.RuntimeSpec;
import io.crius.oci.runtime.SpecMount;
import io.crius.server.container.spec.NodeRules.Hierarchy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What systemd needs as the first process of a container: folders in memory, its cgroup writable, and the word that it is in a
 * container. Compat: it is known by the command.
 */
final class SystemdStep {
    private static final Set<String> INITS = Set.of("/sbin/init", "/usr/sbin/init");
    private static final List<String> FOLDERS = List.of("/run", "/run/lock", "/tmp", "/var/log/journal");
    private static final List<String> TMPFS = List.of("rw", "rprivate", "noexec", "nosuid", "nodev", "tmpcopyup");
    private static final String CGROUP = "/sys/fs/cgroup";
    private static final String NAMED = CGROUP + "/systemd";

    private final Hierarchy hierarchy;
    private final Path named;

    SystemdStep(Hierarchy hierarchy) {
        this(hierarchy, Path.of(NAMED));
    }

    /** {@code named} is systemd's own hierarchy of the first version of cgroups, where the node has one. */
    SystemdStep(Hierarchy hierarchy, Path named) {
        this.hierarchy = hierarchy;
        this.named = named;
    }

    RuntimeSpec apply(SpecFacts facts, RuntimeSpec spec) {
        if (!isSystemd(spec)) {
            return spec;
        }
        Map<String, SpecMount> mounts = new LinkedHashMap<>();
        spec.mounts().forEach(m -> mounts.put(m.destination(), m));
        FOLDERS.forEach(folder -> mounts.putIfAbsent(folder, SpecMount.of(folder, "tmpfs", "tmpfs", TMPFS)));
        var masked = new ArrayList<>(spec.linux().maskedPaths());
        if (hierarchy == Hierarchy.V1 && Files.isDirectory(named)) {
            mounts.putIfAbsent(
                    NAMED, SpecMount.bind(named.toString(), NAMED, List.of("bind", "nodev", "noexec", "nosuid")));
            // Safety: the program named there runs outside of the container when a cgroup is empty.
            masked.add(NAMED + "/release_agent");
        } else if (hierarchy == Hierarchy.V2 && !facts.mountedByRequest().contains(CGROUP)) {
            mounts.put(CGROUP, SpecMount.of(CGROUP, "cgroup", "cgroup", List.of("private", "rw")));
        }
        return spec.withMounts(MountStep.byDepth(mounts.values()))
                .withLinux(l -> l.maskedPaths(masked))
                .withProcess(p -> p.env(new Environment()
                        .setAllSpelt(spec.process().env())
                        .set("container", "crio")
                        .entries()));
    }

    /** Whether the process is systemd, by its name. */
    static boolean isSystemd(RuntimeSpec spec) {
        String program = spec.process().args().getFirst();
        return INITS.contains(program) || program.equals("systemd") || program.endsWith("/systemd");
    }
}
