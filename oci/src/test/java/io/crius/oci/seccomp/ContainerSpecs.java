package io.crius.oci.seccomp;

import io.crius.oci.Capability;
import io.crius.oci.runtime.Access;
import io.crius.oci.runtime.Capabilities;
import io.crius.oci.runtime.DeviceRule;
import io.crius.oci.runtime.LinuxCpu;
import io.crius.oci.runtime.LinuxMemory;
import io.crius.oci.runtime.LinuxNamespace;
import io.crius.oci.runtime.NamespaceType;
import io.crius.oci.runtime.Rlimit;
import io.crius.oci.runtime.Root;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.oci.runtime.SpecMount;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Specs as large as those of real containers. */
final class ContainerSpecs {
    private static final SeccompProfile PROFILE = SeccompProfile.runtimeDefault();

    private ContainerSpecs() {}

    static RuntimeSpec of(Path rootfs, List<String> command) {
        return RuntimeSpec.EMPTY
                .withRoot(new Root(rootfs.toString(), Access.READ_ONLY))
                .withHostname("spec-test")
                .withProcess(process -> process.args(command)
                        .env(List.of("PATH=/bin", "HOME=/"))
                        .capabilities(Capabilities.of(Capability.DEFAULTS))
                        .rlimits(List.of(new Rlimit("RLIMIT_CORE", 0, 0)))
                        .noNewPrivileges(true))
                .withMounts(mounts())
                .withAnnotation("org.example.test", "yes")
                .withResources(resources -> resources
                        .withDevices(List.of(DeviceRule.DENY_ALL))
                        .withMemory(LinuxMemory.NONE.withLimit(64 << 20))
                        .withCpu(LinuxCpu.NONE.withShares(2))
                        .withPidsLimit(20))
                .withLinux(linux -> linux.namespaces(Stream.of(
                                        NamespaceType.PID,
                                        NamespaceType.NETWORK,
                                        NamespaceType.IPC,
                                        NamespaceType.UTS,
                                        NamespaceType.MOUNT)
                                .map(LinuxNamespace::fresh)
                                .toList())
                        .maskedPaths(List.of("/proc/kcore", "/proc/keys", "/sys/firmware"))
                        .readonlyPaths(List.of("/proc/bus", "/proc/sys"))
                        .seccomp(Optional.of(PROFILE.filter(Capability.DEFAULTS, "amd64"))));
    }

    /** With the environment and annotations that kubelet adds in a busy namespace. */
    static RuntimeSpec large() {
        List<String> services = IntStream.range(0, 200)
                .mapToObj(i -> "SERVICE_" + i + "_PORT_8080_TCP_ADDR=10.96.0." + i)
                .toList();
        return of(Path.of("/var/lib/containers/storage/overlay/x/merged"), List.of("/app", "--serve"))
                .withProcess(process -> process.env(services))
                .withAnnotations(Map.of(
                        "io.kubernetes.cri-o.Annotations", "{\"a\":\"" + "x".repeat(4000) + "\"}",
                        "io.kubernetes.cri-o.Labels", "{\"b\":\"" + "y".repeat(1000) + "\"}"));
    }

    private static List<SpecMount> mounts() {
        return List.of(
                SpecMount.of("/proc", "proc", "proc", List.of("nosuid", "noexec", "nodev")),
                SpecMount.of("/dev", "tmpfs", "tmpfs", List.of("nosuid", "strictatime", "mode=755", "size=65536k")),
                SpecMount.of(
                        "/dev/pts",
                        "devpts",
                        "devpts",
                        List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5")),
                SpecMount.of("/sys", "sysfs", "sysfs", List.of("nosuid", "noexec", "nodev", "ro")));
    }
}
