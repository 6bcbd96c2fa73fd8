package io.crius.server.container.spec;

import io.crius.oci.json.Json;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.server.annotation.SpecialAnnotation;
import io.crius.server.state.ContainerDefinition;
import io.crius.server.state.ContainerRequest;
import io.crius.server.state.RequestedMount;
import io.crius.server.state.SecurityProfile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The annotations of the spec: those of pod and container, so that hooks and runtimes see them, and those by which other tools
 * find what a container is. Compat: CRI-O's keys and spelling.
 */
final class AnnotationStep {
    private static final String OWN = "io.kubernetes.cri-o.";
    private static final String GRACE = "io.kubernetes.pod.terminationGracePeriod";

    private final Optional<String> daemon;

    /** {@code daemon} is its unit, where systemd makes the scopes of containers. */
    AnnotationStep(Optional<String> daemon) {
        this.daemon = daemon;
    }

    RuntimeSpec apply(SpecFacts facts, RuntimeSpec spec) {
        var all = new TreeMap<String, String>(facts.annotations().pod().all());
        all.putAll(facts.request().labels());
        all.putAll(facts.annotations().own());
        traced(facts, all);
        daemon.ifPresent(unit -> scope(facts, unit, all));
        own(facts).forEach((key, value) -> all.put(OWN + key, value));
        all.put("io.container.manager", "cri-o");
        all.put("org.opencontainers.image.stopSignal", facts.container().stopSignal());
        return spec.withAnnotations(all);
    }

    /** The form for one container of the pod becomes the form that the hook looks for. */
    private static void traced(SpecFacts facts, Map<String, String> all) {
        facts.annotations()
                .find(SpecialAnnotation.TRACE_SYSCALLS)
                .ifPresent(value -> all.put(SpecialAnnotation.TRACE_SYSCALLS.key(), value));
    }

    /**
     * How the node's systemd ends the container's scope at a shutdown: before the daemon, and not before its grace period is over.
     * Compat: these for every container; the OCI runtime makes properties of the scope of them. What the pod says itself stays.
     */
    private static void scope(SpecFacts facts, String daemon, Map<String, String> all) {
        String grace = facts.request().annotations().getOrDefault(GRACE, "");
        if (grace.matches("[0-9]{1,10}")) {
            all.putIfAbsent("org.systemd.property.TimeoutStopUSec", "uint64 " + grace + "000000");
        }
        all.putIfAbsent("org.systemd.property.DefaultDependencies", "true");
        all.putIfAbsent("org.systemd.property.After", "['" + daemon + "']");
    }

    private static Map<String, String> own(SpecFacts facts) {
        ContainerDefinition container = facts.container();
        ContainerRequest request = facts.request();
        var own = new TreeMap<String, String>();
        own.put("Annotations", Json.write(JsonObject.ofStrings(new TreeMap<>(request.annotations()))));
        own.put("Labels", Json.write(JsonObject.ofStrings(new TreeMap<>(request.labels()))));
        own.put("Metadata", metadata(container));
        own.put("Name", container.uniqueName());
        own.put("ContainerType", "container");
        own.put("ContainerID", container.id().value());
        own.put("SandboxID", facts.pod().id().value());
        own.put("SandboxName", facts.pod().name().unique());
        own.put("Created", container.createdAt().toString());
        own.put("LogPath", container.logFile().toString());
        own.put("ResolvPath", facts.pod().plan().resolvConf().toString());
        own.put("MountPoint", facts.rootfs().toString());
        own.put("SeccompProfilePath", seccomp(request.security().seccomp()));
        image(container, own);
        process(request.process(), own);
        own.put("Volumes", volumes(request.mounts()));
        for (int i = 0; i < facts.podIps().size(); i++) {
            own.put("IP." + i, facts.podIps().get(i));
        }
        return own;
    }

    private static void image(ContainerDefinition container, Map<String, String> own) {
        String user = container.request().userImage();
        own.put("Image", user.isEmpty() ? container.request().image() : user);
        own.put("ImageName", container.imageName());
        own.put("ImageRef", container.image().value());
        own.put("ImageRepoDigests", container.imageRef());
    }

    private static void process(ContainerRequest.ProcessRequest process, Map<String, String> own) {
        own.put("TTY", Boolean.toString(process.tty()));
        own.put("Stdin", Boolean.toString(process.stdin() != ContainerRequest.Stdin.NONE));
        own.put("StdinOnce", Boolean.toString(process.stdin() == ContainerRequest.Stdin.ONCE));
    }

    /** Compat: what is zero is left out, as Go does. */
    private static String metadata(ContainerDefinition container) {
        var metadata = JsonObject.builder().put("name", container.name().name());
        int attempt = container.name().attempt();
        return Json.write(
                attempt == 0
                        ? metadata.build()
                        : metadata.put("attempt", attempt).build());
    }

    private static String seccomp(Optional<SecurityProfile> profile) {
        return profile.map(chosen -> switch (chosen.kind()) {
                    case RUNTIME_DEFAULT -> "RuntimeDefault";
                    case UNCONFINED -> "Unconfined";
                    case LOCALHOST -> chosen.reference();
                })
                .orElse("");
    }

    private static String volumes(List<RequestedMount> mounts) {
        return Json.write(JsonArray.of(mounts, AnnotationStep::volume));
    }

    /** Spec: CRI, {@code MountPropagation}. */
    private static int wireNumber(RequestedMount.Propagation propagation) {
        return switch (propagation) {
            case PRIVATE -> 0;
            case HOST_TO_CONTAINER -> 1;
            case BIDIRECTIONAL -> 2;
        };
    }

    private static JsonObject volume(RequestedMount mount) {
        return JsonObject.builder()
                .put("container_path", mount.containerPath())
                .put("host_path", mount.hostPath())
                .put("readonly", mount.readonly())
                .put("recursive_read_only", mount.recursiveReadonly())
                .put("propagation", wireNumber(mount.propagation()))
                .put("selinux_relabel", mount.selinuxRelabel())
                .put("image", mount.image().map(RequestedMount.RequestedImage::name))
                .build();
    }
}
