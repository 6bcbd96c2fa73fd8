package io.crius.server.container;

import io.crius.oci.image.ImageDefaults;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.server.container.spec.ProcessStep;
import io.crius.server.container.spec.SpecFacts;
import io.crius.server.container.spec.SpecGenerator;
import io.crius.server.container.user.UserDatabase;
import io.crius.server.container.user.UserResolver;
import io.crius.server.container.user.UserResolver.Resolved;
import io.crius.server.node.HandlerRules;
import io.crius.server.state.ContainerDefinition;
import io.crius.server.state.ContainerRequest;
import io.crius.server.state.EnvironmentVariable;
import io.crius.server.state.PodDefinition;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Makes the runtime spec of a container whose root filesystem is mounted, and prepares that filesystem for it. */
final class ContainerSpecs {
    private static final String HOME = "HOME=";

    private final ContainerPlanner planner;
    private final ContainerFiles files;
    private final HostDevices devices;
    private final SpecGenerator generator;

    /** The spec, and as whom its process runs. */
    record Made(RuntimeSpec spec, Resolved user) {}

    ContainerSpecs(ContainerPlanner planner, ContainerFiles files, HostDevices devices, SpecGenerator generator) {
        this.planner = planner;
        this.files = files;
        this.devices = devices;
        this.generator = generator;
    }

    /** Makes the spec; folders and files that it needs are made, too. {@code pidNamespace} is the one that is joined. */
    Made make(PodDefinition pod, ContainerDefinition container, Path rootfs, Optional<String> pidNamespace) {
        ContainerRequest request = container.request();
        ImageDefaults image = planner.config(container.image()).defaults();
        HandlerRules handler = planner.rules(pod);
        String folder = ProcessStep.workingDir(request.process().workingDir(), image.workingDir());
        files.prepareRootfs(rootfs, folder);
        UserDatabase users = files.users(rootfs);
        Resolved user = new UserResolver(users).resolve(request.security().identity(), image.user());
        var facts = new SpecFacts(
                pod,
                container,
                image,
                rootfs,
                user,
                pidNamespace,
                handler,
                devices.of(request, handler.privilegedDevices()),
                files.mounts(request, handler),
                files.userFiles(container, users, user, home(request, image).orElse(folder)));
        return new Made(generator.generate(facts), user);
    }

    /** Compat: HOME of the request, else of the image, is the home of a user that has none. */
    private static Optional<String> home(ContainerRequest request, ImageDefaults image) {
        List<EnvironmentVariable> asked = request.process().environment();
        return asked.stream()
                .filter(variable -> variable.name().equals("HOME"))
                .map(EnvironmentVariable::value)
                .reduce((_, last) -> last)
                .or(() -> image.env().stream()
                        .filter(entry -> entry.startsWith(HOME))
                        .map(entry -> entry.substring(HOME.length()))
                        .reduce((_, last) -> last));
    }
}
