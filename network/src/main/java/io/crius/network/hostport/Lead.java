package io.crius.network.hostport;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** One port of the node, in one family, and where it leads. */
record Lead(HostPort port, String podIp) {
    /** All that lead somewhere in this family, in a stable order. */
    static List<Lead> of(Family family, Collection<PodPorts> pods) {
        var leads = new ArrayList<Lead>();
        for (PodPorts pod : pods) {
            family.first(pod.ips())
                    .ifPresent(ip -> pod.ports().stream()
                            .filter(port -> port.isOf(family))
                            .forEach(port -> leads.add(new Lead(port, ip))));
        }
        return leads;
    }
}
