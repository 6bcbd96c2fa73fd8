package io.crius.server.container.spec;

import io.crius.oci.runtime.RootfsPropagation;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.oci.runtime.SpecMount;
import io.crius.server.state.RequestedMount;
import io.crius.server.state.RequestedMount.Propagation;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The mounts: what every container has, the pod's files, then those asked for; a requested mount replaces a default one on
 * the same path. Sorted by depth, so that none hides another.
 */
final class MountStep {
    private MountStep() {}

    static RuntimeSpec apply(SpecFacts facts, RuntimeSpec spec) {
        Map<String, SpecMount> mounts = new LinkedHashMap<>();
        defaults(facts).forEach(m -> mounts.put(m.destination(), m));
        podFiles(facts).forEach(m -> mounts.put(m.destination(), m));
        facts.request().mounts().forEach(m -> mounts.put(m.containerPath(), requested(facts, m)));
        List<SpecMount> sorted = mounts.values().stream()
                .sorted(Comparator.comparingInt(m -> depth(m.destination())))
                .toList();
        return spec.withMounts(sorted).withLinux(l -> l.rootfsPropagation(rootfsPropagation(facts)));
    }

    private static List<SpecMount> defaults(SpecFacts facts) {
        String access = facts.privileged() ? "rw" : "ro";
        return List.of(
                SpecMount.of("/proc", "proc", "proc", List.of("nosuid", "noexec", "nodev")),
                SpecMount.of("/dev", "tmpfs", "tmpfs", List.of("nosuid", "strictatime", "mode=755", "size=65536k")),
                SpecMount.of(
                        "/dev/pts",
                        "devpts",
                        "devpts",
                        List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5")),
                SpecMount.of("/dev/mqueue", "mqueue", "mqueue", List.of("nosuid", "noexec", "nodev")),
                SpecMount.of("/sys", "sysfs", "sysfs", List.of("nosuid", "noexec", "nodev", access)),
                SpecMount.of(
                        "/sys/fs/cgroup",
                        "cgroup",
                        "cgroup",
                        List.of("nosuid", "noexec", "nodev", "relatime", access)));
    }

    private static List<SpecMount> podFiles(SpecFacts facts) {
        String access = facts.request().security().readonlyRootfs() ? "ro" : "rw";
        List<String> file = List.of("bind", access, "nodev", "nosuid", "noexec");
        var plan = facts.pod().plan();
        String shm = plan.sharedMemory().map(Object::toString).orElse("/dev/shm");
        return List.of(
                SpecMount.bind(shm, "/dev/shm", List.of("bind", "rw")),
                SpecMount.bind(plan.resolvConf().toString(), "/etc/resolv.conf", file),
                SpecMount.bind(plan.hostnameFile().toString(), "/etc/hostname", List.of("bind", access)));
    }

    private static SpecMount requested(SpecFacts facts, RequestedMount mount) {
        String source = facts.mountSource().apply(mount.hostPath()).toString();
        String propagation = switch (mount.propagation()) {
            case PRIVATE -> "rprivate";
            case HOST_TO_CONTAINER -> "rslave";
            case BIDIRECTIONAL -> "rshared";
        };
        return SpecMount.bind(
                source, mount.containerPath(), List.of("rbind", mount.readonly() ? "ro" : "rw", propagation));
    }

    private static Optional<RootfsPropagation> rootfsPropagation(SpecFacts facts) {
        List<Propagation> asked = facts.request().mounts().stream()
                .map(RequestedMount::propagation)
                .toList();
        if (asked.contains(Propagation.BIDIRECTIONAL)) {
            return Optional.of(RootfsPropagation.RSHARED);
        }
        return asked.contains(Propagation.HOST_TO_CONTAINER) ? Optional.of(RootfsPropagation.RSLAVE) : Optional.empty();
    }

    private static int depth(String path) {
        return (int) path.chars().filter(c -> c == '/').count() - (path.endsWith("/") ? 1 : 0);
    }
}
