package io.crius.server.container.spec;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.CriusException;
import io.crius.oci.runtime.LinuxSeccomp;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.oci.seccomp.SeccompProfile;
import io.crius.server.container.spec.NodeRules.SeccompRules;
import io.crius.server.container.spec.NodeRules.Support;
import io.crius.server.state.ContainerSecurity;
import io.crius.server.state.SecurityProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What a container must not see or call: masked and read-only paths, and the seccomp filter. */
final class IsolationStep {
    private static final System.Logger LOG = System.getLogger(IsolationStep.class.getName());

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

    private static final Path PROCESSORS = Path.of("/sys/devices/system/cpu");

    private final SeccompRules rules;
    private final List<String> masked;

    IsolationStep(SeccompRules rules) {
        this(rules, PROCESSORS);
    }

    /** {@code processors} is the folder of sysfs with one folder for each. */
    IsolationStep(SeccompRules rules, Path processors) {
        this.rules = rules;
        this.masked = Stream.concat(ALWAYS_MASKED.stream(), throttling(processors).stream())
                .toList();
    }

    /** Compat: how hot a processor runs tells of what others compute on it. */
    private static List<String> throttling(Path processors) {
        try (Stream<Path> folders = Files.list(processors)) {
            return folders.filter(folder -> folder.getFileName().toString().matches("cpu\\d+"))
                    .map(folder -> folder.resolve("thermal_throttle"))
                    .filter(Files::isDirectory)
                    .map(Path::toString)
                    .toList();
        } catch (IOException _) {
            // A node without such a folder tells nothing there.
            return List.of();
        }
    }

    RuntimeSpec apply(SpecFacts facts, RuntimeSpec spec) {
        if (facts.privileged()) {
            return spec.withLinux(l -> l.seccomp(rules.privileged().map(file -> filter(load(file), spec))));
        }
        ContainerSecurity security = facts.request().security();
        var hidden = new TreeSet<>(security.maskedPaths());
        if (!hidden.isEmpty()) {
            hidden.addAll(masked);
        }
        return spec.withLinux(l -> l.maskedPaths(uncovered(facts, List.copyOf(hidden)))
                .readonlyPaths(uncovered(facts, security.readonlyPaths()))
                .seccomp(seccomp(facts, spec)));
    }

    /** Compat: a path that something is mounted on by request is left as the request wants it. */
    private static List<String> uncovered(SpecFacts facts, List<String> paths) {
        Set<String> requested = facts.mountedByRequest();
        return paths.stream().filter(path -> !requested.contains(path)).toList();
    }

    private Optional<LinuxSeccomp> seccomp(SpecFacts facts, RuntimeSpec spec) {
        Optional<SeccompProfile> annotated = facts.additions().seccomp();
        return annotated.isPresent()
                ? annotated.map(profile -> filter(profile, spec))
                : facts.request().security().seccomp().flatMap(wanted -> seccomp(facts, wanted, spec));
    }

    private Optional<LinuxSeccomp> seccomp(SpecFacts facts, SecurityProfile wanted, RuntimeSpec spec) {
        return switch (wanted.kind()) {
            case UNCONFINED -> Optional.empty();
            case RUNTIME_DEFAULT -> runtimeDefault(facts).map(profile -> filter(profile, spec));
            case LOCALHOST -> Optional.of(filter(localhost(facts, wanted.reference()), spec));
        };
    }

    private Optional<SeccompProfile> runtimeDefault(SpecFacts facts) {
        if (rules.kernel() == Support.MISSING) {
            LOG.log(WARNING, () -> "container " + facts.name() + " runs without seccomp: the kernel does not know it");
            return Optional.empty();
        }
        return Optional.of(facts.handler()
                .seccomp()
                .map(IsolationStep::load)
                .orElseGet(() -> rules.standard().get()));
    }

    private SeccompProfile localhost(SpecFacts facts, String reference) {
        if (rules.kernel() == Support.MISSING) {
            throw new CriusException.FailedPrecondition("container " + facts.name()
                    + ": seccomp is not enabled, cannot run with custom profile \"" + reference + "\"");
        }
        Path file = Path.of(reference);
        if (!file.isAbsolute()) {
            throw new CriusException.InvalidArgument("container " + facts.name() + ": unable to load local profile \""
                    + reference + "\": the path is not absolute");
        }
        return load(file);
    }

    private static SeccompProfile load(Path file) {
        try {
            return SeccompProfile.parse(content(file), file.toString());
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.InvalidArgument(
                    "unable to load local profile \"" + file + "\": " + e.getMessage(), e);
        }
    }

    private static byte[] content(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            // Safety: reading a FIFO would wait for somebody to write.
            if (!attributes.isRegularFile()) {
                throw new CriusException.InvalidArgument("it is not a regular file");
            }
            if (attributes.size() > SeccompProfile.LARGEST) {
                throw new CriusException.InvalidArgument("it is larger than " + SeccompProfile.LARGEST + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new CriusException.InvalidArgument("there is no such file", e);
        } catch (IOException e) {
            throw new CriusException.InvalidArgument(e.toString(), e);
        }
    }

    private LinuxSeccomp filter(SeccompProfile profile, RuntimeSpec spec) {
        return profile.filter(spec.process().capabilities().orElseThrow().bounding(), rules.goArchitecture());
    }
}
