package io.crius.server.container;

import io.crius.cgroup.Cgroups;
import io.crius.image.Image;
import io.crius.image.ImageCatalog;
import io.crius.image.RunPolicy;
import io.crius.image.artifact.Artifact;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.ImageId;
import io.crius.oci.image.ImageConfig;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import io.crius.runtime.ContainerBundle;
import io.crius.runtime.ContainerFolders;
import io.crius.runtime.ContainerLog;
import io.crius.runtime.ContainerStreams;
import io.crius.runtime.PidNamespace;
import io.crius.runtime.RuntimeHandler;
import io.crius.runtime.StopSignal;
import io.crius.server.annotation.ContainerAnnotations;
import io.crius.server.annotation.PodAnnotations;
import io.crius.server.annotation.Workload;
import io.crius.server.node.HandlerRules;
import io.crius.server.node.RuntimeHandlers;
import io.crius.server.state.ContainerDefinition;
import io.crius.server.state.ContainerMark;
import io.crius.server.state.ContainerRequest;
import io.crius.server.state.NamespaceMode;
import io.crius.server.state.PodDefinition;
import io.crius.server.state.RequestedMount.RequestedImage;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Decides everything about a container before anything is taken. */
public final class ContainerPlanner {
    /** {@code oci_artifact_mount_support}. */
    public enum ArtifactVolumes {
        ALLOWED,
        REFUSED
    }

    /**
     * What the configuration says about every container.
     *
     * @param graphContainers and {@code runContainers}: where the store keeps container folders
     * @param logSizeMax empty leaves rotation to kubelet
     * @param logCopy {@code log_to_journald}
     * @param workloads the classes that pods may choose
     * @param trust whether an image may run
     * @param artifacts whether artifacts may be volumes
     */
    public record Rules(
            Path graphContainers,
            Path runContainers,
            OptionalLong logSizeMax,
            ContainerLog.Copy logCopy,
            List<Workload> workloads,
            RunPolicy trust,
            ArtifactVolumes artifacts) {
        public Rules {
            workloads = List.copyOf(workloads);
        }
    }

    private final RuntimeHandlers handlers;
    private final ImageCatalog images;
    private final Rules rules;
    private final InstantSource clock;
    private final Supplier<ContainerId> ids;

    public ContainerPlanner(RuntimeHandlers handlers, ImageCatalog images, Rules rules, InstantSource clock) {
        this(handlers, images, rules, clock, ContainerId::random);
    }

    /** As the other one; {@code ids} draws the ids of new containers. */
    public ContainerPlanner(
            RuntimeHandlers handlers,
            ImageCatalog images,
            Rules rules,
            InstantSource clock,
            Supplier<ContainerId> ids) {
        this.ids = ids;
        this.handlers = handlers;
        this.images = images;
        this.rules = rules;
        this.clock = clock;
    }

    /**
     * The image that is meant, if it may run. Compat: asked again although it was asked when the image was pulled: it may
     * have been pulled for another namespace.
     *
     * @throws CriusException.NotFound where it is not on the node: kubelet pulls before it creates
     * @throws CriusException.PermissionDenied the signature policy refuses it
     */
    ImageId image(PodDefinition pod, ContainerRequest request) {
        String name = request.image();
        ImageId image = images.resolve(name)
                .orElseThrow(
                        () -> new CriusException.NotFound("image \"" + name + "\" is not on this node; pull it first"));
        String meant = request.userImage().isEmpty() ? name : request.userImage();
        rules.trust().require(image, meant, pod.name().namespace());
        return image;
    }

    ImageConfig config(ImageId image) {
        return images.config(image);
    }

    ContainerDefinition plan(PodDefinition pod, ContainerRequest request, ImageId image) {
        checkMemory(pod, request);
        var id = ids.get();
        Optional<Image> listed = images.find(image.value());
        return new ContainerDefinition(
                clock.instant(),
                request,
                request.name().unique(pod.name()),
                image,
                listed.flatMap(ContainerPlanner::anyName).orElse(image.value()),
                listed.flatMap(i -> i.repoDigests().stream().findFirst()).orElse(image.value()),
                stopSignal(request, image),
                mountedImages(pod, request),
                bundle(pod, request, image, id));
    }

    /**
     * The images that mounts name; the signature policy is for them as well. Compat: kubelet looks for the first word of a
     * refusal, and has pulled them.
     */
    private Map<String, ImageId> mountedImages(PodDefinition pod, ContainerRequest request) {
        return request.mounts().stream()
                .flatMap(mount -> mount.image().stream())
                .map(RequestedImage::name)
                .distinct()
                .collect(Collectors.toMap(name -> name, name -> mountedImage(pod, name)));
    }

    private ImageId mountedImage(PodDefinition pod, String name) {
        Optional<ImageId> image = images.resolve(name);
        if (image.isEmpty()) {
            return mountedArtifact(name);
        }
        rules.trust().require(image.get(), name, pod.name().namespace());
        return image.get();
    }

    /** Compat: the policy was asked when the artifact was pulled; signatures of artifacts are not kept. */
    private ImageId mountedArtifact(String name) {
        Artifact artifact = images.artifact(name)
                .orElseThrow(() -> new CriusException.NotFound(
                        "ImageVolumeMountFailed: image \"" + name + "\" does not exist locally"));
        if (rules.artifacts() == ArtifactVolumes.REFUSED) {
            throw new CriusException.FailedPrecondition("ImageVolumeMountFailed: \"" + name
                    + "\" is an OCI artifact, and oci_artifact_mount_support is off");
        }
        return artifact.id();
    }

    private void checkMemory(PodDefinition pod, ContainerRequest request) {
        try {
            Cgroups.checkMemoryLimit(
                    request.resources().memoryLimit(), rules(pod).leastMemory());
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.InvalidArgument(
                    "container " + request.name().name() + ": " + e.getMessage(), e);
        }
    }

    /** What holds for containers of the pod's runtime handler. */
    HandlerRules rules(PodDefinition pod) {
        return handlers.rules(pod.request().handler());
    }

    /** The annotations that count for a container, those of its pod included. */
    ContainerAnnotations annotations(PodDefinition pod, ContainerRequest request) {
        return PodAnnotations.of(pod.request().annotations(), rules(pod).annotations(), rules.workloads())
                .container(request.name().name(), request.annotations());
    }

    /** The annotations that would count if those of the image were the container's. */
    ContainerAnnotations imageAnnotations(PodDefinition pod, ContainerDefinition container) {
        Map<String, String> ofImage =
                images.find(container.image().value()).map(Image::annotations).orElse(Map.of());
        return PodAnnotations.of(Map.of(), rules(pod).annotations(), List.of())
                .container(container.name().name(), ofImage);
    }

    /** Compat: an image of another platform may have a runtime of its own, which emulates it. */
    private RuntimeHandler handler(PodDefinition pod, ImageId image) {
        RuntimeHandler handler = handlers.named(pod.request().handler());
        Map<String, Path> byPlatform = rules(pod).platformPaths();
        if (byPlatform.isEmpty()) {
            return handler;
        }
        var platform = config(image).platform();
        return Optional.ofNullable(byPlatform.get(platform.os() + "/" + platform.architecture()))
                .map(handler::withPath)
                .orElse(handler);
    }

    private ContainerBundle bundle(PodDefinition pod, ContainerRequest request, ImageId image, ContainerId id) {
        Path log = request.logPath().isEmpty()
                ? pod.logDirectory().resolve(id.value() + ".log")
                : pod.logDirectory().resolve(request.logPath()).normalize();
        return new ContainerBundle(
                id,
                request.name().unique(pod.name()),
                handler(pod, image),
                new ContainerFolders(
                        rules.runContainers().resolve(id.value()).resolve("userdata"),
                        rules.graphContainers().resolve(id.value()).resolve("userdata")),
                pod.cgroupParent(),
                new ContainerLog(log, rules.logSizeMax(), rules.logCopy()),
                streams(request),
                request.namespaces().pid() == NamespaceMode.CONTAINER ? PidNamespace.OWN : PidNamespace.SHARED);
    }

    private static ContainerStreams streams(ContainerRequest request) {
        if (request.process().tty()) {
            return ContainerStreams.TERMINAL;
        }
        return switch (request.process().stdin()) {
            case NONE -> ContainerStreams.OUTPUT;
            case OPEN -> ContainerStreams.INPUT;
            case ONCE -> ContainerStreams.INPUT_ONCE;
        };
    }

    private static Optional<String> anyName(Image image) {
        return image.repoTags().stream()
                .findFirst()
                .or(() -> image.repoDigests().stream().findFirst());
    }

    /** Compat: a signal that cannot be read is SIGTERM. */
    private String stopSignal(ContainerRequest request, ImageId image) {
        String wanted = request.process()
                .stopSignal()
                .or(() -> config(image).defaults().stopSignal())
                .orElse("SIGTERM");
        try {
            return StopSignal.parse(wanted).name();
        } catch (CriusException.InvalidArgument e) {
            return "SIGTERM";
        }
    }

    /** Compat: the metadata by which CRI-O and podman recognise a container of a CRI runtime in the store. */
    String metadata(PodDefinition pod, ContainerDefinition container, Path journals) {
        JsonObject.Builder metadata = JsonObject.builder()
                .put("pod-name", pod.name().unique())
                .put("pod-id", pod.id().value())
                .put("image-name", container.imageName())
                .put("image-id", container.image().value())
                .put("name", container.uniqueName())
                .put("metadata-name", container.name().name())
                .put("uid", pod.name().uid())
                .put("namespace", pod.name().namespace())
                .put("created-at", container.createdAt().getEpochSecond());
        new ContainerMark(journals, pod.cgroupParent()).write(metadata);
        return Json.write(metadata.build());
    }
}
