package io.crius.server.state;

import java.util.List;

/** The content of a pod's resolv.conf; absent as a whole where the host's file is copied. */
public record DnsSettings(List<String> servers, List<String> searches, List<String> options) {
    public DnsSettings {
        servers = List.copyOf(servers);
        searches = List.copyOf(searches);
        options = List.copyOf(options);
    }
}
