package io.crius.server.sandbox;

import io.crius.cgroup.Cgroups;
import io.crius.model.ContainerId;
import io.crius.network.pod.PodNamespace;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
import io.crius.oci.runtime.LinuxNamespace;
import io.crius.oci.runtime.NamespaceType;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.server.state.NamespaceMode;
import io.crius.server.state.NamespaceModes;
import io.crius.server.state.PodDefinition;
import io.crius.server.state.PodRequest;
import io.crius.server.state.PortMapping;
import io.crius.server.state.UserNamespace;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The runtime spec that a pod as a whole has: what its pause process gets, and what its verbose status shows, whether
 * there is one or not.
 *
 * <p>Compat: who looks for a pod's namespaces, addresses or labels finds them where CRI-O has them.
 */
final class SandboxSpec {
    private static final String PREFIX = "io.kubernetes.cri-o.";

    private final Cgroups cgroups;

    SandboxSpec(Cgroups cgroups) {
        this.cgroups = cgroups;
    }

    RuntimeSpec of(PodDefinition pod) {
        Optional<UserNamespace> user = pod.user();
        var id = new ContainerId(pod.id().value());
        return RuntimeSpec.EMPTY
                .withHostname(pod.hostname())
                .withLinux(l -> l.namespaces(namespaces(pod))
                        .idMappings(
                                user.map(UserNamespace::uids).orElse(List.of()),
                                user.map(UserNamespace::gids).orElse(List.of()))
                        .cgroupsPath(cgroups.containerPath(pod.cgroupParent(), id)))
                .withAnnotations(annotations(pod));
    }

    private static List<LinuxNamespace> namespaces(PodDefinition pod) {
        return pod.plan().pins().paths().entrySet().stream()
                .map(pin -> LinuxNamespace.at(type(pin.getKey()), pin.getValue().toString()))
                .toList();
    }

    private static NamespaceType type(PodNamespace kind) {
        return switch (kind) {
            case USER -> NamespaceType.USER;
            case NETWORK -> NamespaceType.NETWORK;
            case IPC -> NamespaceType.IPC;
            case UTS -> NamespaceType.UTS;
        };
    }

    private static Map<String, String> annotations(PodDefinition pod) {
        PodRequest request = pod.request();
        var all = new TreeMap<>(request.annotations());
        all.put("io.container.manager", "cri-o");
        Map<String, String> own = Map.ofEntries(
                Map.entry("Annotations", Json.write(JsonObject.ofStrings(request.annotations()))),
                Map.entry("CgroupParent", pod.cgroupParent()),
                Map.entry("ContainerID", pod.id().value()),
                Map.entry("ContainerName", "k8s_POD_" + request.name().unique().substring("k8s_".length())),
                Map.entry("ContainerType", "sandbox"),
                Map.entry("Created", pod.createdAt().toString()),
                Map.entry("HostName", pod.hostname()),
                Map.entry("HostNetwork", Boolean.toString(request.namespaces().network() == NamespaceMode.NODE)),
                Map.entry("HostnamePath", pod.plan().hostnameFile().toString()),
                Map.entry("KubeName", request.name().name()),
                Map.entry("Labels", Json.write(JsonObject.ofStrings(request.labels()))),
                Map.entry("LogPath", pod.logDirectory().toString()),
                Map.entry("Metadata", metadata(request)),
                Map.entry("Name", request.name().unique()),
                Map.entry("Namespace", request.name().namespace()),
                Map.entry("NamespaceOptions", options(request.namespaces())),
                Map.entry("PortMappings", ports(request.ports())),
                Map.entry("PrivilegedRuntime", Boolean.toString(pod.privileged())),
                Map.entry("ResolvPath", pod.plan().resolvConf().toString()),
                Map.entry("RuntimeHandler", request.handler()),
                Map.entry("SandboxID", pod.id().value()),
                Map.entry("SandboxName", request.name().unique()),
                Map.entry(
                        "ShmPath",
                        pod.plan().sharedMemory().map(Object::toString).orElse("/dev/shm")));
        own.forEach((key, value) -> all.put(PREFIX + key, value));
        return all;
    }

    private static String metadata(PodRequest request) {
        return Json.write(JsonObject.builder()
                .put("name", request.name().name())
                .put("uid", request.name().uid())
                .put("namespace", request.name().namespace())
                .put("attempt", request.name().attempt())
                .build());
    }

    private static String options(NamespaceModes modes) {
        return Json.write(JsonObject.builder()
                .put("network", number(modes.network()))
                .put("pid", number(modes.pid()))
                .put("ipc", number(modes.ipc()))
                .build());
    }

    private static String ports(List<PortMapping> ports) {
        return Json.write(JsonArray.of(
                ports,
                port -> JsonObject.builder()
                        .put("host_port", port.hostPort())
                        .put("container_port", port.containerPort())
                        .put("protocol", number(port.protocol()))
                        .put("host_ip", port.hostIp())
                        .build()));
    }

    /** Spec: CRI, NamespaceMode on the wire. */
    private static int number(NamespaceMode mode) {
        return switch (mode) {
            case POD -> 0;
            case CONTAINER -> 1;
            case NODE -> 2;
            case TARGET -> 3;
        };
    }

    /** Spec: CRI, Protocol on the wire. */
    private static int number(PortMapping.Protocol protocol) {
        return switch (protocol) {
            case TCP -> 0;
            case UDP -> 1;
            case SCTP -> 2;
        };
    }
}
