package io.crius.network.pod;

import io.crius.linux.Namespaces;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Connects to ports on a pod's loopback interface. Thread-safe; a call blocks while the connection is made.
 *
 * <p>Kernel: a socket stays in the network namespace it was made in. So only its making happens there, on a thread that is thrown
 * away; all else is done by the caller.
 */
public final class PodDialer {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Compat: in this order. */
    private static final List<Loopback> LOOPBACKS = List.of(
            new Loopback(StandardProtocolFamily.INET, InetAddress.ofLiteral("127.0.0.1")),
            new Loopback(StandardProtocolFamily.INET6, InetAddress.ofLiteral("::1")));

    private record Loopback(ProtocolFamily family, InetAddress address) {}

    private final Namespaces namespaces;

    public PodDialer(Namespaces namespaces) {
        this.namespaces = namespaces;
    }

    /**
     * A connection to the port in the namespace; the caller closes it.
     *
     * @throws IOException for IPv4's reason where neither family has a listener
     */
    public SocketChannel dial(Path namespace, int port) throws IOException {
        // Whatever the JDK loads for its first socket is not to be loaded, or started, in a pod.
        SocketChannel.open(StandardProtocolFamily.INET).close();
        return dial(port, family -> namespaces.inNetwork(namespace, () -> SocketChannel.open(family)));
    }

    /** As {@link #dial(Path, int)} for pods on the node's network. */
    public SocketChannel dialOnNode(int port) throws IOException {
        return dial(port, SocketChannel::open);
    }

    @FunctionalInterface
    private interface Maker {
        SocketChannel make(ProtocolFamily family) throws IOException;
    }

    private static SocketChannel dial(int port, Maker maker) throws IOException {
        @Nullable IOException first = null;
        for (Loopback loopback : LOOPBACKS) {
            try {
                return connect(maker.make(loopback.family()), new InetSocketAddress(loopback.address(), port));
            } catch (UnsupportedOperationException e) {
                // the node has no such family
                first = first == null ? new IOException(loopback.family() + " is not there", e) : first;
            } catch (IOException e) {
                IOException named = new IOException(loopback.address().getHostAddress() + ": " + e.getMessage(), e);
                first = first == null ? named : first;
            }
        }
        throw Objects.requireNonNull(first);
    }

    private static SocketChannel connect(SocketChannel socket, InetSocketAddress address) throws IOException {
        try {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            socket.socket().connect(address, (int) LIMIT.toMillis());
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
