package io.crius.server.container.spec;

import io.crius.oci.image.ImageDefaults;
import io.crius.server.annotation.ContainerAnnotations;
import io.crius.server.container.user.UserResolver.Resolved;
import io.crius.server.node.HandlerRules;
import io.crius.server.state.ContainerDefinition;
import io.crius.server.state.ContainerRequest;
import io.crius.server.state.PodDefinition;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Everything that was decided about a container when its spec is made.
 *
 * @param pidNamespace the path of the PID namespace that is joined; empty for one of its own, and for the node's
 * @param ownFiles files made for this container by where it sees them, for example /etc/passwd
 * @param annotations as they count: filtered by what the handler allows
 */
public record SpecFacts(
        PodDefinition pod,
        List<String> podIps,
        ContainerDefinition container,
        ImageDefaults image,
        Path rootfs,
        Resolved user,
        Optional<String> pidNamespace,
        HandlerRules handler,
        List<GrantedDevice> devices,
        List<GrantedMount> mounts,
        Map<String, Path> ownFiles,
        ContainerAnnotations annotations,
        NodeAdditions additions) {
    public SpecFacts {
        podIps = List.copyOf(podIps);
        devices = List.copyOf(devices);
        mounts = List.copyOf(mounts);
        ownFiles = Map.copyOf(ownFiles);
    }

    ContainerRequest request() {
        return container.request();
    }

    boolean privileged() {
        return request().security().privileged();
    }

    /** Where the container sees what was asked to be mounted. */
    Set<String> mountedByRequest() {
        return mounts.stream().map(GrantedMount::destination).collect(Collectors.toSet());
    }

    /** How errors name the container. */
    String name() {
        return container.name().name();
    }
}
