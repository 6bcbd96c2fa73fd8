package io.crius.server.edge;

import io.crius.cri.v1.DNSConfig;
import io.crius.cri.v1.LinuxPodSandboxConfig;
import io.crius.cri.v1.LinuxSandboxSecurityContext;
import io.crius.cri.v1.PodSandboxConfig;
import io.crius.cri.v1.RunPodSandboxRequest;
import io.crius.model.CriusException;
import io.crius.server.state.DnsSettings;
import io.crius.server.state.NamespaceModes;
import io.crius.server.state.PodLimits;
import io.crius.server.state.PodName;
import io.crius.server.state.PodRequest;
import io.crius.server.state.PodSecurity;
import io.crius.server.state.PortMapping;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a pod from the wire, with all its checks. */
final class PodReader {
    private static final int LARGEST_PORT = 65535;

    private PodReader() {}

    static PodRequest read(RunPodSandboxRequest request) {
        if (!request.hasConfig() || !request.getConfig().hasMetadata()) {
            throw new CriusException.InvalidArgument("RunPodSandbox: config.metadata is missing");
        }
        PodSandboxConfig config = request.getConfig();
        LinuxPodSandboxConfig linux = config.getLinux();
        PodName name = name(config);
        return new PodRequest(
                name,
                request.getRuntimeHandler(),
                config.getHostname(),
                logDirectory(config.getLogDirectory()),
                config.hasDnsConfig() ? Optional.of(dns(config.getDnsConfig())) : Optional.empty(),
                config.getPortMappingsList().stream().map(PodReader::port).toList(),
                labels(name, config.getLabelsMap()),
                config.getAnnotationsMap(),
                linux.getCgroupParent(),
                namespaces(linux),
                linux.getSysctlsMap(),
                new PodLimits(
                        ContainerReader.resources(linux.getOverhead()),
                        ContainerReader.resources(linux.getResources())),
                linux.hasSecurityContext() ? security(linux.getSecurityContext()) : PodSecurity.DEFAULT);
    }

    static PodName name(PodSandboxConfig config) {
        var metadata = config.getMetadata();
        return new PodName(metadata.getName(), metadata.getNamespace(), metadata.getUid(), metadata.getAttempt());
    }

    private static Optional<Path> logDirectory(String folder) {
        if (folder.indexOf('\0') >= 0) {
            throw new CriusException.InvalidArgument("RunPodSandbox: log_directory contains a NUL character");
        }
        return folder.isEmpty() ? Optional.empty() : Optional.of(Path.of(folder));
    }

    private static DnsSettings dns(DNSConfig dns) {
        return new DnsSettings(dns.getServersList(), dns.getSearchesList(), dns.getOptionsList());
    }

    private static PortMapping port(io.crius.cri.v1.PortMapping port) {
        PortMapping.Protocol protocol = switch (port.getProtocol()) {
            case TCP -> PortMapping.Protocol.TCP;
            case UDP -> PortMapping.Protocol.UDP;
            case SCTP -> PortMapping.Protocol.SCTP;
            case UNRECOGNIZED ->
                throw new CriusException.InvalidArgument("port mapping: unknown protocol " + port.getProtocolValue());
        };
        checkPort("container_port", port.getContainerPort());
        checkPort("host_port", port.getHostPort());
        return new PortMapping(protocol, port.getContainerPort(), port.getHostPort(), port.getHostIp());
    }

    private static void checkPort(String field, int port) {
        if (port < 0 || port > LARGEST_PORT) {
            throw new CriusException.InvalidArgument(
                    "port mapping: " + field + " " + port + " is not between 0 and " + LARGEST_PORT);
        }
    }

    /** Compat: kubelet's three labels are there even where the caller left them out. */
    private static Map<String, String> labels(PodName name, Map<String, String> given) {
        var labels = new HashMap<>(given);
        labels.putIfAbsent("io.kubernetes.pod.name", name.name());
        labels.putIfAbsent("io.kubernetes.pod.namespace", name.namespace());
        labels.putIfAbsent("io.kubernetes.pod.uid", name.uid());
        return labels;
    }

    private static NamespaceModes namespaces(LinuxPodSandboxConfig linux) {
        LinuxSandboxSecurityContext security = linux.getSecurityContext();
        return security.hasNamespaceOptions()
                ? SecurityReader.namespaces(security.getNamespaceOptions())
                : NamespaceModes.DEFAULT;
    }

    private static PodSecurity security(LinuxSandboxSecurityContext security) {
        return new PodSecurity(
                security.getPrivileged(),
                SecurityReader.identity(
                        security.hasRunAsUser()
                                ? Optional.of(security.getRunAsUser().getValue())
                                : Optional.empty(),
                        Optional.empty(),
                        security.hasRunAsGroup()
                                ? Optional.of(security.getRunAsGroup().getValue())
                                : Optional.empty(),
                        List.copyOf(security.getSupplementalGroupsList()),
                        security.getSupplementalGroupsPolicy()),
                SecurityReader.selinux(security.getSelinuxOptions()));
    }
}
