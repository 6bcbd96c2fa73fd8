package io.crius.image.registry;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One entry of {@code NO_PROXY}. */
final class ProxyBypass {
    private final String host;
    private final int port;
    private final byte @Nullable [] network;
    private final int prefixLength;

    private ProxyBypass(String host, int port, byte @Nullable [] network, int prefixLength) {
        this.host = host;
        this.port = port;
        this.network = network;
        this.prefixLength = prefixLength;
    }

    static ProxyBypass parse(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        int slash = lower.indexOf('/');
        if (slash > 0) {
            Optional<byte[]> network = literal(lower.substring(0, slash));
            if (network.isPresent() && isNumber(lower.substring(slash + 1))) {
                return new ProxyBypass("", -1, network.get(), Integer.parseInt(lower.substring(slash + 1)));
            }
        }
        int colon = lower.lastIndexOf(':');
        boolean hasPort = colon > 0 && lower.indexOf(':') == colon && isNumber(lower.substring(colon + 1));
        String host = hasPort ? lower.substring(0, colon) : lower;
        int port = hasPort ? Integer.parseInt(lower.substring(colon + 1)) : -1;
        return new ProxyBypass(host.startsWith("*.") ? host.substring(1) : host, port, null, 0);
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(Character::isDigit);
    }

    static boolean isLoopback(String host) {
        return host.equals("localhost")
                || literal(host)
                        .map(ProxyBypass::address)
                        .filter(InetAddress::isLoopbackAddress)
                        .isPresent();
    }

    /** Compat: {@code example.org} covers its sub-domains too, {@code .example.org} only those. */
    boolean covers(String wanted, int wantedPort) {
        if (port >= 0 && port != wantedPort) {
            return false;
        }
        String name = wanted.toLowerCase(Locale.ROOT);
        if (network != null) {
            return literal(name).map(this::isInNetwork).orElse(false);
        }
        return host.equals("*") || name.equals(host) || name.endsWith(host.startsWith(".") ? host : "." + host);
    }

    private boolean isInNetwork(byte[] address) {
        byte[] base = network == null ? new byte[0] : network;
        if (address.length != base.length || prefixLength > address.length * 8) {
            return false;
        }
        int whole = prefixLength / 8;
        int rest = prefixLength % 8;
        int mask = 0xff00 >> rest & 0xff;
        return Arrays.equals(address, 0, whole, base, 0, whole)
                && (rest == 0 || (address[whole] & mask) == (base[whole] & mask));
    }

    /** The bytes of an address written as one; host names are never resolved here. */
    private static Optional<byte[]> literal(String text) {
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        boolean numeric = bare.indexOf(':') >= 0
                || (!bare.isEmpty() && bare.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9')));
        if (!numeric) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(bare).getAddress());
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError("an address of " + bytes.length + " bytes", e);
        }
    }
}
