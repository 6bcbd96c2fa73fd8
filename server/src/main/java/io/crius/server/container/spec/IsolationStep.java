package io.crius.server.container.spec;

import io.crius.model.CriusException;
import io.crius.oci.runtime.LinuxSeccomp;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.oci.seccomp.SeccompProfile;
import io.crius.server.state.SecurityProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** What a container must not see or call: masked and read-only paths, and the seccomp filter. */
final class IsolationStep {
    /** Compat: the runtime's own list, merged in where the request masks anything at all. */
    private static final List<String> ALWAYS_MASKED = List.of(
            "/proc/acpi",
            "/proc/asound",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/sys/devices/virtual/powercap",
            "/sys/firmware",
            "/sys/fs/selinux");

    private final NodeRules rules;

    IsolationStep(NodeRules rules) {
        this.rules = rules;
    }

    RuntimeSpec apply(SpecFacts facts, RuntimeSpec spec) {
        if (facts.privileged()) {
            return spec;
        }
        var security = facts.request().security();
        var masked = new TreeSet<>(security.maskedPaths());
        if (!masked.isEmpty()) {
            masked.addAll(ALWAYS_MASKED);
        }
        return spec.withLinux(l -> l.maskedPaths(List.copyOf(masked))
                .readonlyPaths(security.readonlyPaths())
                .seccomp(security.seccomp().flatMap(profile -> seccomp(profile, spec))));
    }

    private Optional<LinuxSeccomp> seccomp(SecurityProfile wanted, RuntimeSpec spec) {
        Optional<SeccompProfile> profile = switch (wanted.kind()) {
            case UNCONFINED -> Optional.empty();
            case RUNTIME_DEFAULT -> Optional.of(rules.defaultSeccomp().get());
            case LOCALHOST -> Optional.of(localhost(wanted.reference()));
        };
        return profile.map(
                p -> p.filter(spec.process().capabilities().orElseThrow().bounding(), rules.goArchitecture()));
    }

    private static SeccompProfile localhost(String file) {
        try {
            return SeccompProfile.parse(Files.readAllBytes(Path.of(file)), file);
        } catch (IOException e) {
            throw new CriusException.InvalidArgument("unable to load local profile \"" + file + "\": " + e, e);
        }
    }
}
