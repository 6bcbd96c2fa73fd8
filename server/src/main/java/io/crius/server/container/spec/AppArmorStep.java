package io.crius.server.container.spec;

import io.crius.model.CriusException;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.server.container.spec.NodeRules.AppArmorRules;
import io.crius.server.container.spec.NodeRules.Support;
import io.crius.server.state.SecurityProfile;
import java.util.Optional;

/**
 * The AppArmor profile, on a node that has AppArmor. Privileged containers are not confined. Compat: a container whose request
 * leaves the choice open has the default profile, as kubelet sends none for a pod without {@code appArmorProfile}.
 */
final class AppArmorStep {
    private final AppArmorRules rules;

    AppArmorStep(AppArmorRules rules) {
        this.rules = rules;
    }

    RuntimeSpec apply(SpecFacts facts, RuntimeSpec spec) {
        if (rules.kernel() == Support.MISSING || facts.privileged()) {
            return spec;
        }
        Optional<String> profile =
                profile(facts, facts.request().security().apparmor().orElse(SecurityProfile.RUNTIME_DEFAULT));
        return spec.withProcess(p -> p.apparmorProfile(profile));
    }

    private Optional<String> profile(SpecFacts facts, SecurityProfile wanted) {
        return switch (wanted.kind()) {
            case UNCONFINED -> Optional.empty();
            case RUNTIME_DEFAULT -> rules.standard().map(name -> required(facts, name));
            case LOCALHOST -> Optional.of(required(facts, wanted.reference()));
        };
    }

    /** Safety: a container that asks to be confined does not run unconfined because the profile is missing. */
    private String required(SpecFacts facts, String name) {
        try {
            rules.require().accept(name);
            return name;
        } catch (CriusException.FailedPrecondition e) {
            throw new CriusException.FailedPrecondition("container " + facts.name() + ": " + e.getMessage(), e);
        }
    }
}
