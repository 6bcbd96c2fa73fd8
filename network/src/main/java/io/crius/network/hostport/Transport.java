package io.crius.network.hostport;

import java.util.Locale;

/** What a port is a port of. */
public enum Transport {
    TCP,
    UDP,
    SCTP;

    /** As nft, iptables and conntrack call it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
