package io.crius.server.edge;

import io.crius.cri.v1.CDIDevice;
import io.crius.cri.v1.ContainerConfig;
import io.crius.cri.v1.CreateContainerRequest;
import io.crius.cri.v1.Device;
import io.crius.cri.v1.LinuxContainerResources;
import io.crius.cri.v1.LinuxContainerSecurityContext;
import io.crius.cri.v1.Signal;
import io.crius.model.CriusException;
import io.crius.model.PodId;
import io.crius.server.state.ContainerName;
import io.crius.server.state.ContainerRequest;
import io.crius.server.state.ContainerRequest.ProcessRequest;
import io.crius.server.state.ContainerRequest.Stdin;
import io.crius.server.state.ContainerSecurity;
import io.crius.server.state.EnvironmentVariable;
import io.crius.server.state.LinuxResources;
import io.crius.server.state.NamespaceModes;
import io.crius.server.state.RequestedDevice;
import io.crius.server.state.SecurityProfile;
import java.util.Optional;

/** Reads a container from the wire, with all its checks. */
final class ContainerReader {
    private ContainerReader() {}

    static ContainerRequest read(PodId pod, CreateContainerRequest request) {
        ContainerConfig config = request.getConfig();
        require(request.hasConfig() && config.hasMetadata(), "config.metadata is missing");
        require(config.hasImage() && !config.getImage().getImage().isEmpty(), "config.image is missing");
        require(request.hasSandboxConfig(), "sandbox_config is missing");
        LinuxContainerSecurityContext security = config.getLinux().getSecurityContext();
        return new ContainerRequest(
                pod,
                new ContainerName(
                        config.getMetadata().getName(), config.getMetadata().getAttempt()),
                config.getImage().getImage(),
                config.getImage().getUserSpecifiedImage(),
                process(config),
                config.getMountsList().stream().map(MountReader::read).toList(),
                config.getDevicesList().stream().map(ContainerReader::device).toList(),
                config.getCDIDevicesList().stream().map(CDIDevice::getName).toList(),
                config.getLabelsMap(),
                config.getAnnotationsMap(),
                config.getLogPath(),
                security.hasNamespaceOptions()
                        ? SecurityReader.namespaces(security.getNamespaceOptions())
                        : NamespaceModes.DEFAULT,
                resources(config.getLinux().getResources()),
                config.getLinux().hasSecurityContext() ? security(security) : ContainerSecurity.DEFAULT);
    }

    private static void require(boolean condition, String problem) {
        if (!condition) {
            throw new CriusException.InvalidArgument("CreateContainer: " + problem);
        }
    }

    private static ProcessRequest process(ContainerConfig config) {
        Stdin stdin = !config.getStdin() ? Stdin.NONE : config.getStdinOnce() ? Stdin.ONCE : Stdin.OPEN;
        return new ProcessRequest(
                config.getCommandList(),
                config.getArgsList(),
                config.getWorkingDir(),
                config.getEnvsList().stream()
                        .map(e ->
                                new EnvironmentVariable(e.getKey(), e.getValue().toStringUtf8()))
                        .toList(),
                config.getTty(),
                stdin,
                stopSignal(config.getStopSignal()));
    }

    private static Optional<String> stopSignal(Signal signal) {
        return switch (signal) {
            case RUNTIME_DEFAULT -> Optional.empty();
            case UNRECOGNIZED -> throw new CriusException.InvalidArgument("CreateContainer: unknown stop_signal");
            default -> Optional.of(Signals.toName(signal));
        };
    }

    private static RequestedDevice device(Device device) {
        return new RequestedDevice(device.getHostPath(), device.getContainerPath(), device.getPermissions());
    }

    static LinuxResources resources(LinuxContainerResources resources) {
        return new LinuxResources(
                resources.getCpuPeriod(),
                resources.getCpuQuota(),
                resources.getCpuShares(),
                resources.getMemoryLimitInBytes(),
                resources.getMemorySwapLimitInBytes(),
                resources.getOomScoreAdj(),
                resources.getCpusetCpus(),
                resources.getCpusetMems(),
                resources.getHugepageLimitsList().stream()
                        .map(h -> new LinuxResources.HugepageLimit(h.getPageSize(), h.getLimit()))
                        .toList(),
                resources.getUnifiedMap());
    }

    private static ContainerSecurity security(LinuxContainerSecurityContext security) {
        return new ContainerSecurity(
                security.getPrivileged(),
                security.getReadonlyRootfs(),
                security.getNoNewPrivs(),
                SecurityReader.identity(
                        security.hasRunAsUser()
                                ? Optional.of(security.getRunAsUser().getValue())
                                : Optional.empty(),
                        security.getRunAsUsername().isEmpty()
                                ? Optional.empty()
                                : Optional.of(security.getRunAsUsername()),
                        security.hasRunAsGroup()
                                ? Optional.of(security.getRunAsGroup().getValue())
                                : Optional.empty(),
                        security.getSupplementalGroupsList(),
                        security.getSupplementalGroupsPolicy()),
                new ContainerSecurity.Capabilities(
                        security.getCapabilities().getAddCapabilitiesList(),
                        security.getCapabilities().getDropCapabilitiesList(),
                        security.getCapabilities().getAddAmbientCapabilitiesList()),
                security.getMaskedPathsList(),
                security.getReadonlyPathsList(),
                SecurityReader.seccomp(security.hasSeccomp(), security.getSeccomp(), seccompPath(security)),
                apparmor(security),
                SecurityReader.selinux(security.getSelinuxOptions()));
    }

    @SuppressWarnings("deprecation") // old clients still send the path form
    private static String seccompPath(LinuxContainerSecurityContext security) {
        return security.getSeccompProfilePath();
    }

    @SuppressWarnings("deprecation") // old clients still send the string form
    private static Optional<SecurityProfile> apparmor(LinuxContainerSecurityContext security) {
        return SecurityReader.seccomp(security.hasApparmor(), security.getApparmor(), security.getApparmorProfile());
    }
}
