package io.crius.daemon;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.cgroup.CpuSet;
import io.crius.config.CriusConfig;
import io.crius.config.RuntimeTable;
import io.crius.config.Ulimit;
import io.crius.config.WorkloadTable;
import io.crius.model.CriusException;
import io.crius.oci.Capability;
import io.crius.oci.runtime.Access;
import io.crius.oci.runtime.Rlimit;
import io.crius.oci.seccomp.SeccompProfile;
import io.crius.server.annotation.Workload;
import io.crius.server.annotation.WorkloadResources;
import io.crius.server.container.DeviceEntry;
import io.crius.server.container.DeviceRules;
import io.crius.server.container.spec.NodeRules;
import io.crius.server.node.AppArmorProfiles;
import io.crius.server.sandbox.PauseRules;
import io.crius.server.selinux.SelinuxLabels;
import io.crius.server.state.RequestedDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** What configuration and node together mean for the specs of containers. */
final class SpecRules {
    private static final System.Logger LOG = System.getLogger("io.crius.daemon");
    private static final Path ZONES = Path.of("/usr/share/zoneinfo");
    private static final Path LOCAL_ZONE = Path.of("/etc/localtime");

    private SpecRules() {}

    static NodeRules of(
            CriusConfig config,
            NodeRules.LimitRules limits,
            Optional<SelinuxLabels> selinux,
            UnaryOperator<CpuSet> housekeeping) {
        RuntimeTable runtime = config.runtime();
        Set<Capability> available = NodeFacts.available();
        return new NodeRules(
                new NodeRules.ProcessRules(
                        runtime.defaultEnv(),
                        rlimits(runtime.defaultUlimits(), available),
                        NodeFacts.leastOomScoreAdj(available),
                        runtime.minInjectedGomaxprocs()),
                new NodeRules.CapabilityRules(
                        defaults(runtime),
                        available,
                        runtime.addInheritableCapabilities()
                                ? NodeRules.Inheritance.INHERITABLE
                                : NodeRules.Inheritance.NOT_INHERITABLE),
                limits,
                new NodeRules.CpuRules(cpus(runtime.sharedCpuset()), housekeeping),
                seccomp(runtime),
                apparmor(AppArmorProfiles.standard(runtime.apparmorProfile()), AppArmorProfiles.ofKernel()),
                selinux,
                new NodeRules.FileRules(
                        runtime.readOnly() ? Access.READ_ONLY : Access.READ_WRITE, timezone(runtime.timezone())));
    }

    private static CpuSet cpus(String shared) {
        try {
            return CpuSet.parse(shared);
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.InvalidArgument("crio.runtime.shared_cpuset: " + e.getMessage(), e);
        }
    }

    /** What configuration and node mean for pause processes. Their program is kept where programs may be run from. */
    static PauseRules pause(CriusConfig config, NodeRules.Hierarchy hierarchy) {
        String cpus = config.runtime().infraContainerCpuset();
        return new PauseRules(
                config.crius().stateDir().resolve("pause"),
                config.runtime().dropInfraContainer() ? PauseRules.When.NEEDED : PauseRules.When.ALWAYS,
                cpus.isEmpty() ? Optional.empty() : Optional.of(cpus),
                NodeFacts.leastOomScoreAdj(NodeFacts.available()),
                hierarchy);
    }

    private static NodeRules.AppArmorRules apparmor(Optional<String> standard, AppArmorProfiles profiles) {
        standard.ifPresent(profiles::prepare);
        return new NodeRules.AppArmorRules(
                profiles.isEnabled() ? NodeRules.Support.THERE : NodeRules.Support.MISSING,
                standard,
                profiles::require);
    }

    private static Set<Capability> defaults(RuntimeTable runtime) {
        Set<Capability> defaults = EnumSet.noneOf(Capability.class);
        runtime.defaultCapabilities().forEach(name -> defaults.add(Capability.parse(name)));
        return defaults;
    }

    /**
     * Compat: a daemon whose profiles cannot be read does not start; else each container that needs one would be refused. They
     * are read again when they are needed.
     */
    static void checkProfiles(CriusConfig config) {
        config.runtime().seccompProfile().ifPresent(file -> checkProfile("crio.runtime.seccomp_profile", file));
        config.runtime()
                .privilegedSeccompProfile()
                .ifPresent(file -> checkProfile("crio.runtime.privileged_seccomp_profile", file));
        config.runtimes()
                .forEach((name, handler) -> handler.seccompProfile()
                        .ifPresent(file -> checkProfile("crio.runtime.runtimes." + name + ".seccomp_profile", file)));
    }

    private static void checkProfile(String option, Path file) {
        try {
            var _ = SeccompProfile.parse(NodeFacts.bytes(file), file.toString());
        } catch (CriusException e) {
            throw new CriusException.InvalidArgument(option + ": " + e.getMessage(), e);
        }
    }

    private static NodeRules.SeccompRules seccomp(RuntimeTable runtime) {
        return new NodeRules.SeccompRules(
                NodeFacts.knowsSeccomp() ? NodeRules.Support.THERE : NodeRules.Support.MISSING,
                System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64",
                new Once<>(() -> runtime.seccompProfile()
                        .map(file -> SeccompProfile.parse(NodeFacts.bytes(file), file.toString()))
                        .orElseGet(SeccompProfile::runtimeDefault)),
                runtime.privilegedSeccompProfile());
    }

    /** Within what the daemon may give: without CAP_SYS_RESOURCE nobody exceeds his own hard limits. */
    private static List<Rlimit> rlimits(List<Ulimit> configured, Set<Capability> available) {
        var rlimits = new ArrayList<Rlimit>();
        for (Ulimit ulimit : configured) {
            long own = NodeFacts.hardLimit(ulimit.name())
                    .orElseThrow(() -> new CriusException.InvalidArgument(
                            "crio.runtime.default_ulimits: the kernel has no limit \"" + ulimit.name() + "\""));
            Rlimit wanted =
                    new Rlimit("RLIMIT_" + ulimit.name().toUpperCase(Locale.ROOT), ulimit.soft(), ulimit.hard());
            Rlimit given = available.contains(Capability.CAP_SYS_RESOURCE) ? wanted : within(wanted, own);
            if (!given.equals(wanted)) {
                LOG.log(
                        WARNING,
                        () -> "default_ulimits: " + ulimit + " is more than the daemon may give without"
                                + " CAP_SYS_RESOURCE; containers get " + given.soft() + ":" + given.hard());
            }
            rlimits.add(given);
        }
        return rlimits;
    }

    /** Kernel: getrlimit(2), RLIM_INFINITY is the largest number. */
    static Rlimit within(Rlimit wanted, long own) {
        long hard = Long.compareUnsigned(wanted.hard(), own) <= 0 ? wanted.hard() : own;
        long soft = Long.compareUnsigned(wanted.soft(), hard) <= 0 ? wanted.soft() : hard;
        return new Rlimit(wanted.type(), soft, hard);
    }

    private static Optional<Path> timezone(String name) {
        if (name.isEmpty()) {
            return Optional.empty();
        }
        Path file = name.equals("Local") ? LOCAL_ZONE : ZONES.resolve(name).normalize();
        boolean known = name.equals("Local") || (file.startsWith(ZONES) && Files.isRegularFile(file));
        if (!known) {
            throw new CriusException.InvalidArgument(
                    "crio.runtime.timezone: there is no time zone \"" + name + "\" in " + ZONES);
        }
        try {
            return Optional.of(file.toRealPath());
        } catch (IOException e) {
            throw new CriusException.InvalidArgument("crio.runtime.timezone: " + file + ": " + e, e);
        }
    }

    static DeviceRules devices(RuntimeTable runtime) {
        List<RequestedDevice> additional = runtime.additionalDevices().stream()
                .map(entry -> DeviceEntry.parse(entry, "crio.runtime.additional_devices"))
                .toList();
        Set<String> allowed =
                runtime.allowedDevices().stream().map(Path::toString).collect(Collectors.toSet());
        return new DeviceRules(
                additional,
                allowed,
                runtime.deviceOwnershipFromSecurityContext()
                        ? DeviceRules.Ownership.PROCESS
                        : DeviceRules.Ownership.NODE);
    }

    static List<Workload> workloads(CriusConfig config) {
        return config.workloads().entrySet().stream()
                .map(entry -> workload(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static Workload workload(String name, WorkloadTable table) {
        try {
            return new Workload(
                    name,
                    table.activationAnnotation(),
                    table.annotationPrefix(),
                    table.allowedAnnotations(),
                    WorkloadResources.of(table.resources()));
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.InvalidArgument(
                    "crio.runtime.workloads." + name + ".resources: " + e.getMessage(), e);
        }
    }

    /** Where the daemon sees the node's root. */
    static Path prefix(RuntimeTable runtime) {
        String prefix = runtime.bindMountPrefix();
        if (!prefix.isEmpty() && !prefix.startsWith("/")) {
            throw new CriusException.InvalidArgument(
                    "crio.runtime.bind_mount_prefix: \"" + prefix + "\" is not an absolute path");
        }
        return Path.of("/", prefix);
    }
}
