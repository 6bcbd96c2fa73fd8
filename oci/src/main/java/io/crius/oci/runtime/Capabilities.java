package io.crius.oci.runtime;

import io.crius.oci.Capability;
import io.crius.oci.json.JsonObject;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The five capability sets of a process (capabilities(7)). */
public record Capabilities(
        Set<Capability> bounding,
        Set<Capability> effective,
        Set<Capability> inheritable,
        Set<Capability> permitted,
        Set<Capability> ambient) {
    public static final Capabilities NONE = new Capabilities(Set.of(), Set.of(), Set.of(), Set.of(), Set.of());

    public Capabilities {
        bounding = copy(bounding);
        effective = copy(effective);
        inheritable = copy(inheritable);
        permitted = copy(permitted);
        ambient = copy(ambient);
    }

    /** Bounding, effective and permitted alike; nothing inheritable, nothing ambient. */
    public static Capabilities of(Set<Capability> capabilities) {
        return new Capabilities(capabilities, capabilities, Set.of(), capabilities, Set.of());
    }

    public Capabilities withInheritable(Set<Capability> capabilities) {
        return new Capabilities(bounding, effective, capabilities, permitted, ambient);
    }

    public Capabilities withEffective(Set<Capability> capabilities) {
        return new Capabilities(bounding, capabilities, inheritable, permitted, ambient);
    }

    /** Every set without what the daemon itself does not have and so cannot give. */
    public Capabilities intersect(Set<Capability> available) {
        return new Capabilities(
                common(bounding, available),
                common(effective, available),
                common(inheritable, available),
                common(permitted, available),
                common(ambient, available));
    }

    private static Set<Capability> common(Set<Capability> set, Set<Capability> available) {
        Set<Capability> common = EnumSet.noneOf(Capability.class);
        common.addAll(set);
        common.retainAll(available);
        return common;
    }

    private static Set<Capability> copy(Set<Capability> set) {
        Set<Capability> copy = EnumSet.noneOf(Capability.class);
        copy.addAll(set);
        return Collections.unmodifiableSet(copy);
    }

    static Capabilities fromJson(JsonObject json) {
        return new Capabilities(
                set(json, "bounding"),
                set(json, "effective"),
                set(json, "inheritable"),
                set(json, "permitted"),
                set(json, "ambient"));
    }

    private static Set<Capability> set(JsonObject json, String key) {
        return Set.copyOf(json.strings(key, Capability::parse));
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .strings("bounding", names(bounding))
                .strings("effective", names(effective))
                .strings("inheritable", names(inheritable))
                .strings("permitted", names(permitted))
                .strings("ambient", names(ambient))
                .build();
    }

    private static List<String> names(Set<Capability> set) {
        return set.stream().map(Enum::name).toList();
    }
}
