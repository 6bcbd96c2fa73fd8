package io.crius.oci.runtime;

import io.crius.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The hooks of a container; a stage without hooks has no entry. */
public record Hooks(Map<HookStage, List<Hook>> stages) {
    public static final Hooks NONE = new Hooks(Map.of());

    public Hooks {
        var copy = new EnumMap<HookStage, List<Hook>>(HookStage.class);
        stages.forEach((stage, hooks) -> copy.put(stage, List.copyOf(hooks)));
        copy.values().removeIf(List::isEmpty);
        stages = Collections.unmodifiableMap(copy);
    }

    public List<Hook> at(HookStage stage) {
        return stages.getOrDefault(stage, List.of());
    }

    /** These hooks and one more, last at its stage. */
    public Hooks and(HookStage stage, Hook hook) {
        var more = new ArrayList<>(at(stage));
        more.add(hook);
        var changed = new EnumMap<HookStage, List<Hook>>(HookStage.class);
        changed.putAll(stages);
        changed.put(stage, more);
        return new Hooks(changed);
    }

    static Hooks fromJson(JsonObject json) {
        var stages = new EnumMap<HookStage, List<Hook>>(HookStage.class);
        for (HookStage stage : HookStage.values()) {
            stages.put(stage, json.objects(stage.key(), Hook::fromJson));
        }
        return new Hooks(stages);
    }

    JsonObject toJson() {
        var json = JsonObject.builder();
        stages.forEach((stage, hooks) -> json.list(stage.key(), hooks, Hook::toJson));
        return json.build();
    }
}
