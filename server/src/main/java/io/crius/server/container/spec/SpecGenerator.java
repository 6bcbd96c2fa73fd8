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
                new MountStep(rules.files())::apply,
                new IsolationStep(rules.seccomp())::apply,
                new AppArmorStep(rules.apparmor())::apply,
                SpecGenerator::annotations);
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

    /** Compat: the annotations by which other tools find a container's pod. */
    private static RuntimeSpec annotations(SpecFacts facts, RuntimeSpec spec) {
        return spec.withAnnotations(facts.request().annotations())
                .withAnnotation("io.kubernetes.cri-o.ContainerType", "container")
                .withAnnotation(
                        "io.kubernetes.cri-o.SandboxID", facts.pod().id().value())
                .withAnnotation(
                        "io.kubernetes.cri-o.ContainerID",
                        facts.container().id().value())
                .withAnnotation("io.kubernetes.cri-o.Name", facts.container().uniqueName())
                .withAnnotation(
                        "io.kubernetes.cri-o.ImageRef",
                        facts.container().image().value());
    }
}
