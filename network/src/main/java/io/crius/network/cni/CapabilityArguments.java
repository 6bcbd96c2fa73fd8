package io.crius.network.cni;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the runtime can tell plugins beyond the standard parameters; each plugin is given only what its configuration asks
 * for by {@code "capabilities": {"<name>": true}}.
 *
 * @param portMappings host ports for a chained {@code portmap}; leave empty where the daemon does host ports itself
 * @param cgroupPath the pod's cgroup
 * @param podAnnotations all annotations of the pod
 */
public record CapabilityArguments(
        List<PortMapping> portMappings,
        Optional<Bandwidth> bandwidth,
        Optional<String> cgroupPath,
        Map<String, String> podAnnotations,
        Optional<Dns> dns) {
    public static final CapabilityArguments NONE =
            new CapabilityArguments(List.of(), Optional.empty(), Optional.empty(), Map.of(), Optional.empty());

    public enum Protocol {
        TCP,
        UDP,
        SCTP
    }

    /** One host port; an absent {@code hostIp} means all addresses of the node. */
    public record PortMapping(int hostPort, int containerPort, Protocol protocol, Optional<String> hostIp) {}

    public record Dns(List<String> servers, List<String> searches, List<String> options) {
        public Dns {
            servers = List.copyOf(servers);
            searches = List.copyOf(searches);
            options = List.copyOf(options);
        }
    }

    public CapabilityArguments {
        portMappings = List.copyOf(portMappings);
        podAnnotations = Map.copyOf(podAnnotations);
    }

    /** The arguments that follow from a pod's annotations: all of them, and the bandwidth limits among them. */
    public static CapabilityArguments ofAnnotations(Map<String, String> annotations) {
        return new CapabilityArguments(
                List.of(), Bandwidth.ofAnnotations(annotations), Optional.empty(), annotations, Optional.empty());
    }

    public CapabilityArguments withPortMappings(List<PortMapping> mappings) {
        return new CapabilityArguments(mappings, bandwidth, cgroupPath, podAnnotations, dns);
    }

    public CapabilityArguments withCgroupPath(String path) {
        return new CapabilityArguments(portMappings, bandwidth, Optional.of(path), podAnnotations, dns);
    }

    public CapabilityArguments withDns(Dns settings) {
        return new CapabilityArguments(portMappings, bandwidth, cgroupPath, podAnnotations, Optional.of(settings));
    }
}
