package io.crius.server.container.spec;

import io.crius.model.CriusException;
import io.crius.oci.Capability;
import io.crius.oci.runtime.Capabilities;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.server.container.spec.NodeRules.CapabilityRules;
import io.crius.server.container.spec.NodeRules.Inheritance;
import io.crius.server.state.ContainerSecurity;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The capability sets, bounded by what the daemon itself has. Compat: CRI-O's order is ALL added, ALL dropped, single ones
 * added, single ones dropped; the defaults count only where ALL is in neither list.
 *
 * <p>What is asked for by name and not the daemon's to give is left out: the same pod runs on nodes that allow more.
 */
public final class CapabilityStep {
    private static final String ALL = "ALL";

    private final CapabilityRules rules;

    CapabilityStep(CapabilityRules rules) {
        this.rules = rules;
    }

    /** Refuses names that are none, before anything is made for a container. */
    public static void check(ContainerSecurity.Capabilities request) {
        single(request.add(), "add");
        single(request.drop(), "drop");
        single(request.addAmbient(), "add to the ambient set");
    }

    RuntimeSpec apply(SpecFacts facts, RuntimeSpec spec) {
        ContainerSecurity security = facts.request().security();
        Capabilities given =
                security.privileged() ? Capabilities.of(rules.available()) : sets(facts, security.capabilities());
        return spec.withProcess(p -> p.capabilities(given));
    }

    private Capabilities sets(SpecFacts facts, ContainerSecurity.Capabilities request) {
        Set<Capability> given = common(wanted(request), rules.available());
        Set<Capability> ambient = common(single(request.addAmbient(), "add to the ambient set"), given);
        // Kernel: capabilities(7), nothing is ambient that is not inheritable.
        Set<Capability> inheritable = rules.inheritance() == Inheritance.INHERITABLE ? given : ambient;
        Set<Capability> effective = facts.user().uid() == 0 ? given : ambient;
        return new Capabilities(given, effective, inheritable, given, ambient);
    }

    private Set<Capability> wanted(ContainerSecurity.Capabilities request) {
        boolean addAll = hasAll(request.add());
        boolean dropAll = hasAll(request.drop());
        Set<Capability> wanted = EnumSet.noneOf(Capability.class);
        if (addAll) {
            wanted.addAll(rules.available());
        } else if (!dropAll) {
            wanted.addAll(rules.defaults());
        }
        if (dropAll) {
            wanted.clear();
        }
        wanted.addAll(single(request.add(), "add"));
        wanted.removeAll(single(request.drop(), "drop"));
        return wanted;
    }

    private static boolean isAll(String name) {
        return name.toUpperCase(Locale.ROOT).equals(ALL);
    }

    private static boolean hasAll(List<String> names) {
        return names.stream().anyMatch(CapabilityStep::isAll);
    }

    private static Set<Capability> single(List<String> names, String purpose) {
        Set<Capability> found = EnumSet.noneOf(Capability.class);
        for (String name : names) {
            if (!isAll(name)) {
                found.add(Capability.find(name)
                        .orElseThrow(() -> new CriusException.InvalidArgument(
                                "unknown capability \"" + name + "\" to " + purpose)));
            }
        }
        return found;
    }

    private static Set<Capability> common(Set<Capability> some, Set<Capability> others) {
        Set<Capability> common = EnumSet.noneOf(Capability.class);
        common.addAll(some);
        common.retainAll(others);
        return common;
    }
}
