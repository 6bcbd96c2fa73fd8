package io.crius.config;

import java.util.List;
import java.util.Map;

/** {@code [crio.runtime.workloads.*]}: a class of workloads with resource defaults. */
public record WorkloadTable(Settings settings) {
    public static final Option<String> ACTIVATION_ANNOTATION = Option.of(
            "activation_annotation", ValueType.STRING, "", "The pod annotation that puts a pod into this class.");
    public static final Option<String> ANNOTATION_PREFIX = Option.of(
            "annotation_prefix",
            ValueType.STRING,
            "",
            "The prefix of annotations that override resources per container.");
    public static final Option<List<String>> ALLOWED_ANNOTATIONS = Option.of(
            "allowed_annotations",
            ValueType.STRINGS,
            List.<String>of(),
            "Annotations with a meaning that these pods may use.");
    public static final Option<Map<String, String>> RESOURCES = Option.of(
            "resources",
            ValueType.SCALARS,
            Map.<String, String>of(),
            "Defaults of cpushares, cpuquota, cpuperiod, cpuset and cpulimit.");

    static final TableSchema SCHEMA = TableSchema.of(
            "crio.runtime.workloads.*",
            "A class of workloads with resource defaults.",
            ACTIVATION_ANNOTATION,
            ANNOTATION_PREFIX,
            ALLOWED_ANNOTATIONS,
            RESOURCES);

    public String activationAnnotation() {
        return settings.get(ACTIVATION_ANNOTATION);
    }

    public String annotationPrefix() {
        return settings.get(ANNOTATION_PREFIX);
    }

    public List<String> allowedAnnotations() {
        return settings.get(ALLOWED_ANNOTATIONS);
    }

    public Map<String, String> resources() {
        return settings.get(RESOURCES);
    }
}
