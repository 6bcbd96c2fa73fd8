package io.crius.network.hostport;

import io.crius.model.CriusException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;

/**
 * A port of the node that leads to a port of a pod.
 *
 * @param hostIp the one address of the node that it is open on; the unspecified address of a family is all of that family, and
 *     empty is all
 */
public record HostPort(Transport transport, Optional<InetAddress> hostIp, int hostPort, int podPort) {
    private static final int LARGEST = 65_535;

    public HostPort {
        if (hostPort < 1 || hostPort > LARGEST || podPort < 1 || podPort > LARGEST) {
            throw new CriusException.InvalidArgument("port mapping of node port " + hostPort + " to pod port " + podPort
                    + ": ports are between 1 and " + LARGEST);
        }
    }

    /** Reads a request; an empty {@code hostIp} is all addresses. */
    public static HostPort parse(Transport transport, String hostIp, int hostPort, int podPort) {
        return new HostPort(transport, address(hostIp, hostPort), hostPort, podPort);
    }

    /** Safety: only numbers are read here, no name is looked up. */
    private static Optional<InetAddress> address(String text, int hostPort) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            throw new CriusException.InvalidArgument(
                    "port mapping of node port " + hostPort + ": host_ip \"" + text + "\" is not an IP address", e);
        }
    }

    /** Whether one packet could be meant by both. */
    boolean collidesWith(HostPort other) {
        return transport == other.transport && hostPort == other.hostPort && sharesAnAddressWith(other);
    }

    private boolean sharesAnAddressWith(HostPort other) {
        if (hostIp.isEmpty() || other.hostIp.isEmpty()) {
            return true;
        }
        InetAddress mine = hostIp.get();
        InetAddress others = other.hostIp.get();
        boolean sameFamily = mine instanceof Inet4Address == others instanceof Inet4Address;
        return sameFamily && (mine.isAnyLocalAddress() || others.isAnyLocalAddress() || mine.equals(others));
    }

    /** Whether it is open on addresses of this family. */
    boolean isOf(Family family) {
        return hostIp.isEmpty() || (hostIp.get() instanceof Inet6Address == (family == Family.IPV6));
    }

    /** The one address that it is open on; empty where it is open on all of a family. */
    Optional<String> singleAddress() {
        return hostIp.filter(address -> !address.isAnyLocalAddress()).map(InetAddress::getHostAddress);
    }

    /** For messages: "tcp port 8080" or "tcp port 192.0.2.1:8080". */
    @Override
    public String toString() {
        return transport.word() + " port "
                + singleAddress().map(address -> address + ":").orElse("") + hostPort;
    }
}
