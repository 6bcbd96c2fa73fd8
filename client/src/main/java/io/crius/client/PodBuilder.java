package io.crius.client;

import io.crius.cri.v1.DNSConfig;
import io.crius.cri.v1.Int64Value;
import io.crius.cri.v1.LinuxPodSandboxConfig;
import io.crius.cri.v1.LinuxSandboxSecurityContext;
import io.crius.cri.v1.NamespaceMode;
import io.crius.cri.v1.NamespaceOption;
import io.crius.cri.v1.PodSandboxConfig;
import io.crius.cri.v1.PodSandboxMetadata;
import io.crius.cri.v1.PortMapping;
import io.crius.cri.v1.Protocol;
import io.crius.cri.v1.UserNamespace;
import java.nio.file.Path;
import java.util.List;

/**
 * Puts a pod's configuration together as kubelet would: namespace {@code default}, the three well-known labels, network
 * and IPC shared in the pod, a PID namespace for each container. Not thread-safe; {@link #build()} may be called often.
 */
public final class PodBuilder {
    private final PodSandboxConfig.Builder config = PodSandboxConfig.newBuilder();
    private final LinuxPodSandboxConfig.Builder linux = LinuxPodSandboxConfig.newBuilder();
    private final LinuxSandboxSecurityContext.Builder security = LinuxSandboxSecurityContext.newBuilder();
    private final NamespaceOption.Builder namespaces =
            NamespaceOption.newBuilder().setPid(NamespaceMode.CONTAINER);

    private PodBuilder(String name, String uid) {
        config.setMetadata(
                PodSandboxMetadata.newBuilder().setName(name).setUid(uid).setNamespace("default"));
        config.putLabels("io.kubernetes.pod.name", name);
        config.putLabels("io.kubernetes.pod.namespace", "default");
        config.putLabels("io.kubernetes.pod.uid", uid);
    }

    /** A pod by name and by the uid that tells it from others of that name. */
    public static PodBuilder pod(String name, String uid) {
        return new PodBuilder(name, uid);
    }

    /** The number of this attempt to run the pod; 0 unless said. */
    public PodBuilder attempt(int attempt) {
        config.setMetadata(config.getMetadata().toBuilder().setAttempt(attempt));
        return this;
    }

    public PodBuilder label(String key, String value) {
        config.putLabels(key, value);
        return this;
    }

    public PodBuilder annotation(String key, String value) {
        config.putAnnotations(key, value);
        return this;
    }

    /** The folder of the logs of the pod's containers; absolute. */
    public PodBuilder logDirectory(Path folder) {
        config.setLogDirectory(folder.toString());
        return this;
    }

    public PodBuilder hostname(String hostname) {
        config.setHostname(hostname);
        return this;
    }

    public PodBuilder dns(List<String> servers, List<String> searches, List<String> options) {
        config.setDnsConfig(DNSConfig.newBuilder()
                .addAllServers(servers)
                .addAllSearches(searches)
                .addAllOptions(options));
        return this;
    }

    /** Makes a TCP port of the pod reachable at a port of the node, on all its addresses. */
    public PodBuilder tcpPort(int hostPort, int containerPort) {
        config.addPortMappings(PortMapping.newBuilder()
                .setProtocol(Protocol.TCP)
                .setHostPort(hostPort)
                .setContainerPort(containerPort));
        return this;
    }

    /** A port of the node; with an empty {@code hostIp}, on all of its addresses. */
    public PodBuilder port(Protocol protocol, String hostIp, int hostPort, int containerPort) {
        config.addPortMappings(PortMapping.newBuilder()
                .setProtocol(protocol)
                .setHostIp(hostIp)
                .setHostPort(hostPort)
                .setContainerPort(containerPort));
        return this;
    }

    public PodBuilder cgroupParent(String parent) {
        linux.setCgroupParent(parent);
        return this;
    }

    public PodBuilder sysctl(String name, String value) {
        linux.putSysctls(name, value);
        return this;
    }

    public PodBuilder network(NamespaceMode mode) {
        namespaces.setNetwork(mode);
        return this;
    }

    public PodBuilder pid(NamespaceMode mode) {
        namespaces.setPid(mode);
        return this;
    }

    public PodBuilder ipc(NamespaceMode mode) {
        namespaces.setIpc(mode);
        return this;
    }

    /** Gives the pod users of its own. */
    public PodBuilder users(UserNamespace users) {
        namespaces.setUsernsOptions(users);
        return this;
    }

    /** Allows privileged containers in the pod. */
    public PodBuilder privileged() {
        security.setPrivileged(true);
        return this;
    }

    /** The user of the pod's own process, after whom a user namespace by annotation may be made. */
    public PodBuilder user(long uid) {
        security.setRunAsUser(Int64Value.newBuilder().setValue(uid));
        return this;
    }

    public PodSandboxConfig build() {
        return config.clone()
                .setLinux(linux.clone().setSecurityContext(security.clone().setNamespaceOptions(namespaces.build())))
                .build();
    }
}
