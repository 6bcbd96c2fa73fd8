package io.crius.server.container.spec;

import io.crius.oci.runtime.Access;
import io.crius.oci.runtime.RootfsPropagation;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.oci.runtime.SpecMount;
import io.crius.server.annotation.SpecialAnnotation;
import io.crius.server.container.spec.NodeRules.FileRules;
import io.crius.server.container.spec.NodeRules.Hierarchy;
import io.crius.server.state.NamespaceMode;
import io.crius.server.state.RequestedMount.Propagation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The mounts: what every container has, the pod's files, then those asked for; a requested mount replaces a default one on
 * the same path, and the last of two requested ones on one path counts. Sorted by depth, so that none hides another.
 */
final class MountStep {
    private static final List<String> TMPFS = List.of("rw", "noexec", "nosuid", "nodev", "tmpcopyup");

    /** Compat: by this file programs see that they run in a container. */
    private static final String CONTAINERENV = "/run/.containerenv";

    private static final String CGROUP = "/sys/fs/cgroup";

    private final FileRules rules;
    private final Hierarchy hierarchy;

    MountStep(FileRules rules, Hierarchy hierarchy) {
        this.rules = rules;
        this.hierarchy = hierarchy;
    }

    RuntimeSpec apply(SpecFacts facts, RuntimeSpec spec) {
        Map<String, SpecMount> mounts = new LinkedHashMap<>();
        var own = new ArrayList<>(kernelFileSystems(facts));
        own.addAll(writableFolders());
        own.addAll(podFiles(facts));
        Set<String> requested = facts.mountedByRequest();
        own.stream().filter(m -> !isHidden(facts, requested, m)).forEach(m -> mounts.put(m.destination(), m));
        facts.additions().mounts().forEach(m -> mounts.put(m.destination(), m));
        facts.mounts().forEach(m -> mounts.put(m.destination(), m.toSpec()));
        return spec.withMounts(byDepth(mounts.values())).withLinux(l -> l.rootfsPropagation(rootfsPropagation(facts)));
    }

    /** Sorted so that no mount hides another that was made before it. */
    static List<SpecMount> byDepth(Collection<SpecMount> mounts) {
        return mounts.stream()
                .sorted(Comparator.comparingInt(m -> depth(m.destination())))
                .toList();
    }

    private List<SpecMount> kernelFileSystems(SpecFacts facts) {
        return List.of(
                SpecMount.of("/proc", "proc", "proc", List.of("nosuid", "noexec", "nodev")),
                SpecMount.of("/dev", "tmpfs", "tmpfs", List.of("nosuid", "strictatime", "mode=755", "size=65536k")),
                SpecMount.of(
                        "/dev/pts",
                        "devpts",
                        "devpts",
                        List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5")),
                SpecMount.of("/dev/mqueue", "mqueue", "mqueue", List.of("nosuid", "noexec", "nodev")),
                SpecMount.of("/sys", "sysfs", "sysfs", withAccess(facts, "nosuid", "noexec", "nodev")),
                SpecMount.of(CGROUP, "cgroup", "cgroup", cgroupOptions(facts)));
    }

    /** Compat: an annotation gives a container its own part of the second version of cgroups for writing. */
    private List<String> cgroupOptions(SpecFacts facts) {
        boolean writable = hierarchy == Hierarchy.V2 && facts.annotations().isTrue(SpecialAnnotation.CGROUP_WRITABLE);
        return writable
                ? List.of("nosuid", "noexec", "nodev", "relatime", "rw")
                : withAccess(facts, "nosuid", "noexec", "nodev", "relatime");
    }

    private static List<String> withAccess(SpecFacts facts, String... options) {
        var all = new ArrayList<>(List.of(options));
        all.addAll(facts.privileged() ? List.of("rw", "rslave") : List.of("ro"));
        return all;
    }

    /** Compat: what stays writable where the configuration has made every root filesystem read-only. */
    private List<SpecMount> writableFolders() {
        return rules.root() == Access.READ_WRITE
                ? List.of()
                : List.of(tmpfs("/run", "mode=0755"), tmpfs("/tmp", "mode=1777"), tmpfs("/var/tmp", "mode=1777"));
    }

    private static SpecMount tmpfs(String destination, String mode) {
        var options = new ArrayList<>(TMPFS);
        options.add(mode);
        return SpecMount.of(destination, "tmpfs", "tmpfs", options);
    }

    private List<SpecMount> podFiles(SpecFacts facts) {
        String access = facts.request().security().readonlyRootfs() || rules.root() == Access.READ_ONLY ? "ro" : "rw";
        List<String> file = List.of("bind", access, "nodev", "nosuid", "noexec");
        var plan = facts.pod().plan();
        String shm = plan.sharedMemory().map(Object::toString).orElse("/dev/shm");
        var files = new ArrayList<SpecMount>();
        files.add(SpecMount.bind(shm, "/dev/shm", List.of("bind", "rw")));
        files.add(SpecMount.bind(plan.resolvConf().toString(), "/etc/resolv.conf", file));
        files.add(SpecMount.bind(plan.hostnameFile().toString(), "/etc/hostname", List.of("bind", access)));
        files.add(SpecMount.bind(
                plan.runFolder().resolve("containerenv").toString(), CONTAINERENV, List.of("bind", access)));
        if (facts.pod().request().namespaces().network() == NamespaceMode.NODE) {
            files.add(SpecMount.bind("/etc/hosts", "/etc/hosts", List.of("bind", access)));
        }
        facts.ownFiles().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(own -> files.add(ownFile(own.getKey(), own.getValue())));
        rules.timezone()
                .ifPresent(zone -> files.add(SpecMount.bind(
                        zone.toString(), "/etc/localtime", List.of("bind", "ro", "nodev", "nosuid", "noexec"))));
        return files;
    }

    private static SpecMount ownFile(String destination, Path source) {
        return SpecMount.bind(source.toString(), destination, List.of("bind", "rw", "nodev", "nosuid", "noexec"));
    }

    /** Compat: a requested /dev or /sys comes with all that is below it. */
    private static boolean isHidden(SpecFacts facts, Set<String> requested, SpecMount own) {
        String destination = own.destination();
        return requested.contains(destination)
                || (requested.contains("/dev") && destination.startsWith("/dev/") && !destination.equals("/dev/shm"))
                || (requested.contains("/sys") && destination.startsWith("/sys/"))
                || (requested.contains("/run") && destination.equals(CONTAINERENV))
                || (requested.contains("/etc") && facts.ownFiles().containsKey(destination));
    }

    private static Optional<RootfsPropagation> rootfsPropagation(SpecFacts facts) {
        List<Propagation> given =
                facts.mounts().stream().map(GrantedMount::propagation).toList();
        if (given.contains(Propagation.BIDIRECTIONAL)) {
            return Optional.of(RootfsPropagation.RSHARED);
        }
        return given.contains(Propagation.HOST_TO_CONTAINER) ? Optional.of(RootfsPropagation.RSLAVE) : Optional.empty();
    }

    private static int depth(String path) {
        return path.equals("/") ? 0 : (int) path.chars().filter(c -> c == '/').count();
    }
}
