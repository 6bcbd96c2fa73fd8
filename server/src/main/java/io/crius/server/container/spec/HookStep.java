package io.crius.server.container.spec;

import io.crius.oci.hook.HookCondition;
import io.crius.oci.hook.HookFile;
import io.crius.oci.runtime.HookStage;
import io.crius.oci.runtime.Hooks;
import io.crius.oci.runtime.RuntimeSpec;
import java.util.HashMap;
import java.util.Map;

/**
 * The node's hooks that are for this container. Compat: conditions look at Kubernetes' annotations only, and at mounts that were
 * asked for only.
 */
final class HookStep {
    private HookStep() {}

    static RuntimeSpec apply(SpecFacts facts, RuntimeSpec spec) {
        Map<String, String> annotations =
                new HashMap<>(facts.annotations().pod().all());
        annotations.putAll(facts.annotations().own());
        boolean binds = facts.mounts().stream().anyMatch(mount -> mount.origin() == GrantedMount.Origin.NODE);
        var subject =
                new HookCondition.Subject(annotations, spec.process().args().getFirst(), binds);
        Hooks hooks = spec.hooks();
        for (HookFile file : facts.additions().hooks()) {
            if (file.when().holds(subject)) {
                for (HookStage stage : file.stages()) {
                    hooks = hooks.and(stage, file.hook());
                }
            }
        }
        return spec.withHooks(hooks);
    }
}
