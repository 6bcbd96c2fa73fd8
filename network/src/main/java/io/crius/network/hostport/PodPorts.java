package io.crius.network.hostport;

import io.crius.model.PodId;
import java.util.List;

/**
 * A pod's ports on the node.
 *
 * @param name the pod's, for messages
 * @param ips the pod's addresses; empty where it has none yet, and then nothing leads to it
 */
public record PodPorts(PodId pod, String name, List<HostPort> ports, List<String> ips) {
    public PodPorts {
        ports = List.copyOf(ports);
        ips = List.copyOf(ips);
    }

    /** Whether it has ports that the kernel keeps flows of without an end. */
    boolean hasFlows() {
        return ports.stream().anyMatch(port -> port.transport() == Transport.UDP);
    }

    PodPorts at(List<String> addresses) {
        return new PodPorts(pod, name, ports, addresses);
    }
}
