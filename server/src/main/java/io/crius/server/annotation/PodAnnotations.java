package io.crius.server.annotation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The annotations of a pod as they count: the handler's defaults beneath the pod's own, without those that are not allowed.
 * Immutable.
 */
public final class PodAnnotations {
    public static final PodAnnotations NONE = new PodAnnotations(Map.of(), AnnotationRules.NONE, Optional.empty());

    private final Map<String, String> all;
    private final AnnotationRules rules;
    private final Optional<Workload> workload;

    private PodAnnotations(Map<String, String> all, AnnotationRules rules, Optional<Workload> workload) {
        this.all = Map.copyOf(all);
        this.rules = rules;
        this.workload = workload;
    }

    /** {@code workloads} are the classes of the node, of which the first that the pod activates counts. */
    public static PodAnnotations of(Map<String, String> given, AnnotationRules rules, List<Workload> workloads) {
        Map<String, String> merged = new LinkedHashMap<>(rules.defaults());
        merged.putAll(given);
        Optional<Workload> workload =
                workloads.stream().filter(w -> w.isActive(merged)).findFirst();
        AnnotationRules widened = workload.map(w -> rules.allowing(w.allowed())).orElse(rules);
        return new PodAnnotations(widened.permitted(merged), widened, workload);
    }

    public Map<String, String> all() {
        return all;
    }

    /** The value for the pod as a whole. */
    public Optional<String> find(SpecialAnnotation annotation) {
        return find(annotation, "POD");
    }

    private Optional<String> find(SpecialAnnotation annotation, String container) {
        return first(all, annotation, container);
    }

    /** The annotations as they count for one container of the pod; {@code own} are the container's. */
    public ContainerAnnotations container(String name, Map<String, String> own) {
        return new ContainerAnnotations(this, name, rules.permitted(own));
    }

    /** The resources that the pod's workload class has for a container; empty for a pod of no class. */
    public Optional<WorkloadResources> resources(String container) {
        return workload.map(w -> w.resources(container, all));
    }

    static Optional<String> first(Map<String, String> from, SpecialAnnotation annotation, String container) {
        return annotation.keysFor(container).stream()
                .filter(from::containsKey)
                .map(from::get)
                .findFirst();
    }
}
