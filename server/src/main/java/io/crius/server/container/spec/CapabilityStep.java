package io.crius.server.container.spec;

import io.crius.oci.Capability;
import io.crius.oci.runtime.Capabilities;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.server.state.ContainerSecurity;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The capability sets, bounded by what the daemon itself has. Compat: CRI-O's order is ALL added, ALL dropped, single ones
 * added, single ones dropped; the defaults count only where ALL is in neither list.
 */
final class CapabilityStep {
    private static final String ALL = "ALL";

    private final NodeRules rules;

    CapabilityStep(NodeRules rules) {
        this.rules = rules;
    }

    RuntimeSpec apply(SpecFacts facts, RuntimeSpec spec) {
        ContainerSecurity security = facts.request().security();
        Set<Capability> wanted = security.privileged() ? rules.available() : wanted(security.capabilities());
        Capabilities sets = Capabilities.of(wanted).intersect(rules.available());
        if (facts.user().uid() != 0 && !security.privileged()) {
            sets = sets.withEffective(Set.of());
        }
        Capabilities given = sets;
        return spec.withProcess(p -> p.capabilities(given));
    }

    private Set<Capability> wanted(ContainerSecurity.Capabilities request) {
        boolean addAll = hasAll(request.add());
        boolean dropAll = hasAll(request.drop());
        Set<Capability> wanted = EnumSet.noneOf(Capability.class);
        if (addAll) {
            wanted.addAll(rules.available());
        } else if (!dropAll) {
            wanted.addAll(rules.defaultCapabilities());
        }
        if (dropAll) {
            wanted.clear();
        }
        single(request.add()).forEach(wanted::add);
        single(request.drop()).forEach(wanted::remove);
        return wanted;
    }

    private static boolean hasAll(List<String> names) {
        return names.stream().anyMatch(n -> n.toUpperCase(Locale.ROOT).equals(ALL));
    }

    private static List<Capability> single(List<String> names) {
        return names.stream()
                .filter(n -> !n.toUpperCase(Locale.ROOT).equals(ALL))
                .map(Capability::parse)
                .toList();
    }
}
