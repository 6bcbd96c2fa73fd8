package io.crius.network.cni;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What attaching a pod to a network gave, whatever version of the specification it was told in.
 *
 * @param json the last plugin's result as it came, for the pod's annotation and verbose status
 */
public record CniResult(
        String cniVersion, List<Interface> interfaces, List<Ip> ips, List<Route> routes, Dns dns, String json) {
    /** {@code sandbox} is the path of the network namespace it is in; empty for the node's. */
    public record Interface(String name, Optional<String> mac, Optional<String> sandbox, OptionalInt mtu) {}

    /** {@code interfaceIndex} points into {@link CniResult#interfaces}. */
    public record Ip(String address, int prefixLength, Optional<String> gateway, OptionalInt interfaceIndex) {}

    public record Route(String destination, Optional<String> gateway) {}

    public record Dns(List<String> nameservers, Optional<String> domain, List<String> search, List<String> options) {
        public Dns {
            nameservers = List.copyOf(nameservers);
            search = List.copyOf(search);
            options = List.copyOf(options);
        }
    }

    public CniResult {
        interfaces = List.copyOf(interfaces);
        ips = List.copyOf(ips);
        routes = List.copyOf(routes);
    }

    /** The pod's addresses in the order of the result, without prefix length: the first one is the pod's primary. */
    public List<String> podIps() {
        return ips.stream().map(Ip::address).toList();
    }
}
