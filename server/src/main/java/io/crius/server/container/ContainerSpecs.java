package io.crius.server.container;

import io.crius.model.ImageId;
import io.crius.oci.image.ImageDefaults;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.oci.runtime.SpecMount;
import io.crius.oci.seccomp.SeccompProfile;
import io.crius.server.annotation.ContainerAnnotations;
import io.crius.server.container.ImageMounts.Shown;
import io.crius.server.container.spec.DeviceEdits;
import io.crius.server.container.spec.GrantedMount;
import io.crius.server.container.spec.NodeAdditions;
import io.crius.server.container.spec.ProcessStep;
import io.crius.server.container.spec.SpecFacts;
import io.crius.server.container.spec.SpecGenerator;
import io.crius.server.container.user.UserDatabase;
import io.crius.server.container.user.UserResolver;
import io.crius.server.container.user.UserResolver.Resolved;
import io.crius.server.container.vendor.CdiDevices;
import io.crius.server.node.HandlerRules;
import io.crius.server.state.ContainerDefinition;
import io.crius.server.state.ContainerRequest;
import io.crius.server.state.EnvironmentVariable;
import io.crius.server.state.Pod;
import io.crius.server.state.PodDefinition;
import io.crius.server.state.PodState;
import io.crius.server.state.RequestedMount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes the runtime spec of a container whose root filesystem is mounted, and prepares that filesystem for it. */
final class ContainerSpecs {
    private static final String HOME = "HOME=";

    private final ContainerPlanner planner;
    private final ContainerFiles files;
    private final SpecSources sources;
    private final SpecGenerator generator;

    /** The spec, and as whom its process runs. */
    record Made(RuntimeSpec spec, Resolved user) {}

    /**
     * Where what the container stands on is.
     *
     * @param images where the images of its mounts are mounted
     * @param pidNamespace the one that is joined
     */
    record Places(Path rootfs, Map<ImageId, Shown> images, Optional<String> pidNamespace) {}

    ContainerSpecs(ContainerPlanner planner, ContainerFiles files, SpecSources sources, SpecGenerator generator) {
        this.planner = planner;
        this.files = files;
        this.sources = sources;
        this.generator = generator;
    }

    /** Makes the spec; folders and files that it needs are made, too. */
    Made make(Pod pod, ContainerDefinition container, Places places) {
        Path rootfs = places.rootfs();
        ContainerRequest request = container.request();
        ImageDefaults image = planner.config(container.image()).defaults();
        HandlerRules handler = planner.rules(pod.definition());
        ContainerAnnotations annotations = planner.annotations(pod.definition(), request);
        String folder = ProcessStep.workingDir(request.process().workingDir(), image.workingDir());
        List<GrantedMount> mounts = files.mounts(container, handler, places.images());
        label(pod.definition(), container, annotations, mounts);
        var additions =
                new ArrayList<SpecMount>(files.prepareRootfs(rootfs, folder, volumes(container, image, mounts)));
        additions.addAll(0, secrets(container, rootfs));
        UserDatabase users = files.users(rootfs);
        Resolved user = new UserResolver(users).resolve(request.security().identity(), image.user());
        var facts = new SpecFacts(
                pod.definition(),
                pod.ready().map(PodState.Ready::ips).orElse(List.of()),
                container,
                image,
                rootfs,
                user,
                places.pidNamespace(),
                handler,
                sources.devices().of(request, annotations, handler.privilegedDevices()),
                mounts,
                files.userFiles(container, users, user, home(request, image).orElse(folder)),
                annotations,
                new NodeAdditions(
                        additions,
                        cdi(request, user),
                        sources.hooks().current(),
                        seccomp(pod.definition(), container, annotations)));
        sources.labels().made(pod.definition(), container, made(container));
        return new Made(generator.generate(facts), user);
    }

    /** Of the node, for every container. */
    private List<SpecMount> secrets(ContainerDefinition container, Path rootfs) {
        Path folder = persistent(container, "secrets");
        var secrets = new ArrayList<SpecMount>(sources.subscriptions().make(folder));
        secrets.addAll(sources.fips().make(folder, rootfs, secrets));
        return secrets;
    }

    /** Mounts are granted in the order in which they are requested. */
    private void label(
            PodDefinition pod,
            ContainerDefinition container,
            ContainerAnnotations annotations,
            List<GrantedMount> granted) {
        List<RequestedMount> requested = container.request().mounts();
        for (int i = 0; i < granted.size(); i++) {
            if (granted.get(i).origin() == GrantedMount.Origin.NODE) {
                var mount = new VolumeLabels.Labelled(
                        requested.get(i), granted.get(i).source());
                sources.labels().requested(pod, container, annotations, mount);
            }
        }
    }

    private Optional<SeccompProfile> seccomp(
            PodDefinition pod, ContainerDefinition container, ContainerAnnotations annotations) {
        return sources.seccomp().find(pod, container.request(), annotations, planner.imageAnnotations(pod, container));
    }

    private static List<Path> made(ContainerDefinition container) {
        return Stream.of("passwd", "group", "secrets", "volumes")
                .map(name -> persistent(container, name))
                .toList();
    }

    private List<DeviceEdits> cdi(ContainerRequest request, Resolved user) {
        Set<String> asked = CdiDevices.asked(request.cdiDevices(), request.annotations());
        return CdiNodes.complete(sources.cdi().edits(asked), user);
    }

    private static ContainerFiles.Volumes volumes(
            ContainerDefinition container, ImageDefaults image, List<GrantedMount> mounts) {
        Set<String> requested = mounts.stream().map(GrantedMount::destination).collect(Collectors.toSet());
        return new ContainerFiles.Volumes(image.volumes(), requested, persistent(container, "volumes"));
    }

    private static Path persistent(ContainerDefinition container, String name) {
        return container.bundle().folders().persistent().resolve(name);
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
