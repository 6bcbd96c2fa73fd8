package io.crius.server.edge;

import io.crius.cri.v1.IDMapping;
import io.crius.cri.v1.LinuxPodSandboxStatus;
import io.crius.cri.v1.Namespace;
import io.crius.cri.v1.NamespaceOption;
import io.crius.cri.v1.PodIP;
import io.crius.cri.v1.PodSandbox;
import io.crius.cri.v1.PodSandboxMetadata;
import io.crius.cri.v1.PodSandboxNetworkStatus;
import io.crius.cri.v1.PodSandboxState;
import io.crius.cri.v1.PodSandboxStatus;
import io.crius.cri.v1.UserNamespace;
import io.crius.oci.runtime.IdMapping;
import io.crius.server.state.NamespaceMode;
import io.crius.server.state.NamespaceModes;
import io.crius.server.state.Pod;
import io.crius.server.state.PodDefinition;
import io.crius.server.state.PodName;
import io.crius.server.state.PodState;
import java.util.List;

/** Writes pods for the wire. */
final class PodWriter {
    private PodWriter() {}

    static PodSandbox item(Pod pod) {
        PodDefinition definition = pod.definition();
        return PodSandbox.newBuilder()
                .setId(definition.id().value())
                .setMetadata(metadata(definition.name()))
                .setState(state(pod.state()))
                .setCreatedAt(Times.nanos(definition.createdAt()))
                .putAllLabels(definition.request().labels())
                .putAllAnnotations(definition.request().annotations())
                .setRuntimeHandler(definition.request().handler())
                .build();
    }

    static PodSandboxStatus status(Pod pod) {
        return status(pod, pod.state());
    }

    /** As it was in a state. */
    static PodSandboxStatus status(Pod pod, PodState state) {
        List<String> ips = state instanceof PodState.Ready ready ? ready.ips() : List.of();
        PodDefinition definition = pod.definition();
        return PodSandboxStatus.newBuilder()
                .setId(definition.id().value())
                .setMetadata(metadata(definition.name()))
                .setState(state(state))
                .setCreatedAt(Times.nanos(definition.createdAt()))
                .setNetwork(network(ips))
                .setLinux(LinuxPodSandboxStatus.newBuilder()
                        .setNamespaces(Namespace.newBuilder()
                                .setOptions(namespaces(definition.request().namespaces()))))
                .putAllLabels(definition.request().labels())
                .putAllAnnotations(definition.request().annotations())
                .setRuntimeHandler(definition.request().handler())
                .build();
    }

    static PodSandboxState state(PodState state) {
        return switch (state) {
            case PodState.Ready _ -> PodSandboxState.SANDBOX_READY;
            case PodState.Creating _, PodState.Stopped _, PodState.Doomed _ -> PodSandboxState.SANDBOX_NOTREADY;
        };
    }

    private static PodSandboxMetadata metadata(PodName name) {
        return PodSandboxMetadata.newBuilder()
                .setName(name.name())
                .setNamespace(name.namespace())
                .setUid(name.uid())
                .setAttempt(name.attempt())
                .build();
    }

    private static PodSandboxNetworkStatus network(List<String> ips) {
        var network = PodSandboxNetworkStatus.newBuilder();
        if (!ips.isEmpty()) {
            network.setIp(ips.getFirst());
            ips.stream()
                    .skip(1)
                    .forEach(ip -> network.addAdditionalIps(PodIP.newBuilder().setIp(ip)));
        }
        return network.build();
    }

    private static NamespaceOption namespaces(NamespaceModes modes) {
        var options = NamespaceOption.newBuilder()
                .setNetwork(mode(modes.network()))
                .setPid(mode(modes.pid()))
                .setIpc(mode(modes.ipc()))
                .setTargetId(modes.pidTarget().orElse(""));
        modes.user().ifPresent(user -> options.setUsernsOptions(userNamespace(user)));
        return options.build();
    }

    private static UserNamespace userNamespace(io.crius.server.state.UserNamespace user) {
        return UserNamespace.newBuilder()
                .setMode(io.crius.cri.v1.NamespaceMode.POD)
                .addAllUids(user.uids().stream().map(PodWriter::mapping).toList())
                .addAllGids(user.gids().stream().map(PodWriter::mapping).toList())
                .build();
    }

    private static IDMapping mapping(IdMapping mapping) {
        return IDMapping.newBuilder()
                .setContainerId((int) mapping.containerId())
                .setHostId((int) mapping.hostId())
                .setLength((int) mapping.size())
                .build();
    }

    private static io.crius.cri.v1.NamespaceMode mode(NamespaceMode mode) {
        return switch (mode) {
            case POD -> io.crius.cri.v1.NamespaceMode.POD;
            case CONTAINER -> io.crius.cri.v1.NamespaceMode.CONTAINER;
            case NODE -> io.crius.cri.v1.NamespaceMode.NODE;
            case TARGET -> io.crius.cri.v1.NamespaceMode.TARGET;
        };
    }
}
