package io.crius.server.annotation;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a runtime handler says about annotations.
 *
 * @param allowed {@code allowed_annotations}: the special annotations that pods may use, in either spelling
 * @param defaults {@code default_annotations}: what holds where a pod does not say otherwise
 */
public record AnnotationRules(Set<String> allowed, Map<String, String> defaults) {
    public static final AnnotationRules NONE = new AnnotationRules(Set.of(), Map.of());

    public AnnotationRules {
        allowed = Set.copyOf(allowed);
        defaults = Map.copyOf(defaults);
    }

    /** These rules with more that is allowed. */
    AnnotationRules allowing(Collection<String> more) {
        var all = new LinkedHashSet<>(allowed);
        all.addAll(more);
        return new AnnotationRules(all, defaults);
    }

    /** Compat: a special annotation that is not allowed is as if it were not there; others pass. */
    Map<String, String> permitted(Map<String, String> annotations) {
        var permitted = new LinkedHashMap<>(annotations);
        permitted
                .keySet()
                .removeIf(key -> SpecialAnnotation.of(key)
                        .filter(special -> !special.isAllowed(allowed))
                        .isPresent());
        return permitted;
    }
}
