package io.crius.client;

import com.google.protobuf.ByteString;
import io.crius.cri.v1.ContainerConfig;
import io.crius.cri.v1.ContainerMetadata;
import io.crius.cri.v1.ImageSpec;
import io.crius.cri.v1.Int64Value;
import io.crius.cri.v1.KeyValue;
import io.crius.cri.v1.LinuxContainerConfig;
import io.crius.cri.v1.LinuxContainerResources;
import io.crius.cri.v1.LinuxContainerSecurityContext;
import io.crius.cri.v1.Mount;
import io.crius.cri.v1.NamespaceMode;
import io.crius.cri.v1.NamespaceOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Puts a container's configuration together as kubelet would: log file {@code NAME.log} in the pod's log folder, the usual
 * masked and read-only paths, a PID namespace of its own. Not thread-safe; {@link #build()} may be called often.
 */
public final class ContainerBuilder {
    /** What kubelet hides from containers that do not ask for the unmasked /proc. */
    public static final List<String> MASKED_PATHS = List.of(
            "/proc/asound",
            "/proc/acpi",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/sys/firmware",
            "/sys/devices/virtual/powercap");

    /** What kubelet makes read-only for containers that do not ask for the unmasked /proc. */
    public static final List<String> READ_ONLY_PATHS =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private final ContainerConfig.Builder config = ContainerConfig.newBuilder();
    private final LinuxContainerResources.Builder resources = LinuxContainerResources.newBuilder();
    private final LinuxContainerSecurityContext.Builder security = LinuxContainerSecurityContext.newBuilder()
            .setNamespaceOptions(NamespaceOption.newBuilder().setPid(NamespaceMode.CONTAINER))
            .addAllMaskedPaths(MASKED_PATHS)
            .addAllReadonlyPaths(READ_ONLY_PATHS);

    private ContainerBuilder(String name, String image) {
        config.setMetadata(ContainerMetadata.newBuilder().setName(name))
                .setImage(ImageSpec.newBuilder().setImage(image).setUserSpecifiedImage(image))
                .setLogPath(name + ".log")
                .putLabels("io.kubernetes.container.name", name);
    }

    /** A container by its name in the pod, and its image by name, digest or id. */
    public static ContainerBuilder container(String name, String image) {
        return new ContainerBuilder(name, image);
    }

    /** The number of this attempt to run the container; 0 unless said. Later ones have logs of their own. */
    public ContainerBuilder attempt(int attempt) {
        config.setMetadata(config.getMetadata().toBuilder().setAttempt(attempt));
        String suffix = attempt == 0 ? "" : "." + attempt;
        config.setLogPath(config.getMetadata().getName() + suffix + ".log");
        return this;
    }

    /** Takes the place of the image's entrypoint. */
    public ContainerBuilder command(String... command) {
        config.clearCommand().addAllCommand(Arrays.asList(command));
        return this;
    }

    /** Takes the place of the image's arguments. */
    public ContainerBuilder args(String... args) {
        config.clearArgs().addAllArgs(Arrays.asList(args));
        return this;
    }

    public ContainerBuilder env(String key, String value) {
        config.addEnvs(KeyValue.newBuilder().setKey(key).setValue(ByteString.copyFromUtf8(value)));
        return this;
    }

    public ContainerBuilder workingDirectory(String folder) {
        config.setWorkingDir(folder);
        return this;
    }

    public ContainerBuilder label(String key, String value) {
        config.putLabels(key, value);
        return this;
    }

    public ContainerBuilder annotation(String key, String value) {
        config.putAnnotations(key, value);
        return this;
    }

    public ContainerBuilder mount(Path hostPath, String containerPath) {
        return mount(Mount.newBuilder()
                .setHostPath(hostPath.toString())
                .setContainerPath(containerPath)
                .build());
    }

    public ContainerBuilder readOnlyMount(Path hostPath, String containerPath) {
        return mount(Mount.newBuilder()
                .setHostPath(hostPath.toString())
                .setContainerPath(containerPath)
                .setReadonly(true)
                .build());
    }

    public ContainerBuilder mount(Mount mount) {
        config.addMounts(mount);
        return this;
    }

    /** A pseudo terminal: one stream, which is the log's stdout. */
    public ContainerBuilder tty() {
        config.setTty(true);
        return this;
    }

    public ContainerBuilder stdin() {
        config.setStdin(true);
        return this;
    }

    public ContainerBuilder user(long uid) {
        security.setRunAsUser(Int64Value.newBuilder().setValue(uid));
        return this;
    }

    public ContainerBuilder group(long gid) {
        security.setRunAsGroup(Int64Value.newBuilder().setValue(gid));
        return this;
    }

    public ContainerBuilder username(String name) {
        security.setRunAsUsername(name);
        return this;
    }

    public ContainerBuilder supplementalGroups(Long... gids) {
        security.addAllSupplementalGroups(Arrays.asList(gids));
        return this;
    }

    public ContainerBuilder readOnlyRootfs() {
        security.setReadonlyRootfs(true);
        return this;
    }

    public ContainerBuilder noNewPrivileges() {
        security.setNoNewPrivs(true);
        return this;
    }

    /** All devices and capabilities of the node; nothing of /proc is hidden then. */
    public ContainerBuilder privileged() {
        security.setPrivileged(true);
        return unmasked();
    }

    /** Hides nothing of /proc and /sys and leaves it writable. */
    public ContainerBuilder unmasked() {
        security.clearMaskedPaths().clearReadonlyPaths();
        return this;
    }

    public ContainerBuilder pid(NamespaceMode mode) {
        security.setNamespaceOptions(security.getNamespaceOptions().toBuilder().setPid(mode));
        return this;
    }

    /** Says the rest of the security context in the wire's own words. */
    public ContainerBuilder security(Consumer<LinuxContainerSecurityContext.Builder> change) {
        change.accept(security);
        return this;
    }

    /** Says the limits in the wire's own words. */
    public ContainerBuilder resources(Consumer<LinuxContainerResources.Builder> change) {
        change.accept(resources);
        return this;
    }

    /** Says anything else in the wire's own words. */
    public ContainerBuilder with(Consumer<ContainerConfig.Builder> change) {
        change.accept(config);
        return this;
    }

    public ContainerConfig build() {
        LinuxContainerConfig linux = LinuxContainerConfig.newBuilder()
                .setResources(resources.build())
                .setSecurityContext(security.build())
                .build();
        return config.clone().setLinux(linux).build();
    }
}
