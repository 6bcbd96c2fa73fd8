package io.crius.server.container.spec;

import io.crius.oci.runtime.Access;
import io.crius.oci.runtime.Root;
import io.crius.oci.runtime.RuntimeSpec;
import java.util.List;

/** Makes the runtime spec of a container by a chain of steps, each adding one part. Changes nothing; thread-safe. */
public final class SpecGenerator {
    private final List<SpecStep> steps;

    public SpecGenerator(NodeRules rules) {
        this.steps = List.of(
                (facts, spec) -> root(facts, spec, rules.files().root()),
                new ProcessStep(rules.process())::apply,
                new CapabilityStep(rules.capabilities())::apply,
                new NamespaceStep(rules.limits().hierarchy())::apply,
                new ResourceStep(rules.limits())::apply,
                new CpuStep(rules.cpus())::apply,
                new MountStep(rules.files(), rules.limits().hierarchy())::apply,
                new IsolationStep(rules.seccomp())::apply,
                new AppArmorStep(rules.apparmor())::apply,
                new SystemdStep(rules.limits().hierarchy())::apply,
                new SelinuxStep(rules.selinux())::apply,
                CdiStep::apply,
                new AnnotationStep(rules.limits().cgroups().ownUnit())::apply,
                HookStep::apply);
    }

    public RuntimeSpec generate(SpecFacts facts) {
        RuntimeSpec spec = RuntimeSpec.EMPTY;
        for (SpecStep step : steps) {
            spec = step.apply(facts, spec);
        }
        return spec;
    }

    private static RuntimeSpec root(SpecFacts facts, RuntimeSpec spec, Access most) {
        Access access = facts.request().security().readonlyRootfs() ? Access.READ_ONLY : most;
        return spec.withRoot(new Root(facts.rootfs().toString(), access));
    }
}
