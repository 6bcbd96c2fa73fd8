package io.crius.server.container.spec;

import io.crius.oci.image.ImageDefaults;
import io.crius.server.container.user.UserResolver.Resolved;
import io.crius.server.state.ContainerDefinition;
import io.crius.server.state.ContainerRequest;
import io.crius.server.state.PodDefinition;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Everything that was decided about a container when its spec is made.
 *
 * @param targetPid the process whose PID namespace is joined, for mode TARGET
 * @param mountSource resolves the host side of a mount, making it where it is missing
 */
public record SpecFacts(
        PodDefinition pod,
        ContainerDefinition container,
        ImageDefaults image,
        Path rootfs,
        Resolved user,
        OptionalLong targetPid,
        List<GrantedDevice> devices,
        Function<String, Path> mountSource) {
    public SpecFacts {
        devices = List.copyOf(devices);
    }

    ContainerRequest request() {
        return container.request();
    }

    boolean privileged() {
        return request().security().privileged();
    }
}
