package io.crius.network.hostport;

import java.util.List;
import java.util.Optional;

/** The two families of addresses, and what the tools call them. */
enum Family {
    IPV4("ip", "ipv4_addr", "127.0.0.0/8", "iptables", "ipv4"),
    IPV6("ip6", "ipv6_addr", "::1/128", "ip6tables", "ipv6");

    private final String nft;
    private final String nftType;
    private final String loopback;
    private final String iptables;
    private final String conntrack;

    Family(String nft, String nftType, String loopback, String iptables, String conntrack) {
        this.nft = nft;
        this.nftType = nftType;
        this.loopback = loopback;
        this.iptables = iptables;
        this.conntrack = conntrack;
    }

    String nft() {
        return nft;
    }

    String nftType() {
        return nftType;
    }

    String loopback() {
        return loopback;
    }

    String iptables() {
        return iptables;
    }

    String conntrack() {
        return conntrack;
    }

    /** The first address of this family. Compat: CRI-O leads ports to no other. */
    Optional<String> first(List<String> addresses) {
        return addresses.stream()
                .filter(address -> address.contains(":") == (this == IPV6))
                .findFirst();
    }
}
