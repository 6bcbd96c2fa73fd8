package io.crius.server.annotation;

import java.util.Map;
import java.util.Optional;

/** The annotations that count for one container: its own, and those of its pod. Immutable. */
public final class ContainerAnnotations {
    public static final ContainerAnnotations NONE = PodAnnotations.NONE.container("", Map.of());

    private final PodAnnotations pod;
    private final String container;
    private final Map<String, String> own;

    ContainerAnnotations(PodAnnotations pod, String container, Map<String, String> own) {
        this.pod = pod;
        this.container = container;
        this.own = Map.copyOf(own);
    }

    public PodAnnotations pod() {
        return pod;
    }

    /** What the container itself is annotated with. */
    public Map<String, String> own() {
        return own;
    }

    /** The container's own value, else the pod's for this container, else the pod's for all. */
    public Optional<String> find(SpecialAnnotation annotation) {
        return PodAnnotations.first(own, annotation, container)
                .or(() -> PodAnnotations.first(pod.all(), annotation, container));
    }

    /** Whether the annotation is there and says {@code true}. */
    public boolean isTrue(SpecialAnnotation annotation) {
        return find(annotation).filter("true"::equals).isPresent();
    }

    /** The resources of the pod's workload class for this container. */
    public Optional<WorkloadResources> workload() {
        return pod.resources(container);
    }
}
