package io.crius.oci.seccomp;

import io.crius.oci.json.JsonObject;
import java.util.List;
import java.util.Set;

/**
 * What a rule is for, or not for.
 *
 * @param capabilities as "CAP_SYS_ADMIN"; a name no kernel knows is one no container has
 * @param architectures as "amd64"
 */
record Condition(Set<String> capabilities, Set<String> architectures) {
    static final Condition NONE = new Condition(Set.of(), Set.of());

    static Condition fromJson(JsonObject json) {
        return new Condition(set(json.strings("caps")), set(json.strings("arches")));
    }

    private static Set<String> set(List<String> names) {
        return Set.copyOf(names);
    }

    /** As the condition under which a rule is kept: nothing said is always met. */
    boolean included(Set<String> bounding, String architecture) {
        return bounding.containsAll(capabilities) && (architectures.isEmpty() || architectures.contains(architecture));
    }

    /** As the condition under which a rule is dropped: nothing said is never met. */
    boolean excluded(Set<String> bounding, String architecture) {
        return architectures.contains(architecture) || capabilities.stream().anyMatch(bounding::contains);
    }
}
