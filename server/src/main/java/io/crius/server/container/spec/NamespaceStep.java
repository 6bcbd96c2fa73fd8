package io.crius.server.container.spec;

import io.crius.network.pod.PodNamespace;
import io.crius.oci.runtime.LinuxNamespace;
import io.crius.oci.runtime.NamespaceType;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.server.container.spec.NodeRules.Hierarchy;
import io.crius.server.state.NamespaceMode;
import io.crius.server.state.UserNamespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The namespaces: the pod's pinned ones, a mount namespace of its own, and PID as asked. */
final class NamespaceStep {
    private final Hierarchy hierarchy;

    NamespaceStep(Hierarchy hierarchy) {
        this.hierarchy = hierarchy;
    }

    RuntimeSpec apply(SpecFacts facts, RuntimeSpec spec) {
        List<LinuxNamespace> namespaces = new ArrayList<>();
        namespaces.add(LinuxNamespace.fresh(NamespaceType.MOUNT));
        join(facts, namespaces, PodNamespace.USER, NamespaceType.USER);
        join(facts, namespaces, PodNamespace.NETWORK, NamespaceType.NETWORK);
        join(facts, namespaces, PodNamespace.IPC, NamespaceType.IPC);
        join(facts, namespaces, PodNamespace.UTS, NamespaceType.UTS);
        if (facts.pidNamespace().isPresent()) {
            namespaces.add(
                    LinuxNamespace.at(NamespaceType.PID, facts.pidNamespace().get()));
        } else if (facts.request().namespaces().pid() != NamespaceMode.NODE) {
            namespaces.add(LinuxNamespace.fresh(NamespaceType.PID));
        }
        if (hierarchy == Hierarchy.V2 && !facts.privileged()) {
            namespaces.add(LinuxNamespace.fresh(NamespaceType.CGROUP));
        }
        Optional<UserNamespace> user = facts.pod().user();
        return spec.withLinux(l -> l.namespaces(namespaces)
                .idMappings(
                        user.map(UserNamespace::uids).orElse(List.of()),
                        user.map(UserNamespace::gids).orElse(List.of())));
    }

    private static void join(SpecFacts facts, List<LinuxNamespace> into, PodNamespace kind, NamespaceType type) {
        facts.pod().plan().pins().path(kind).ifPresent(pin -> into.add(LinuxNamespace.at(type, pin.toString())));
    }
}
