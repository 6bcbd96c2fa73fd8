package io.crius.server.state;

/** A port of the pod and, where {@code hostPort} is not zero, the port of the host that leads to it. */
public record PortMapping(Protocol protocol, int containerPort, int hostPort, String hostIp) {
    /** The transport protocol. */
    public enum Protocol {
        TCP,
        UDP,
        SCTP
    }
}
