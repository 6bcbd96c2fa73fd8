package io.crius.acceptance.image;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The way to an HTTP server of the JDK for clients that try TLS first: they are turned away at once, as servers do that have a
 * word for them. The JDK's would wait for the rest of a request until the client's patience is over.
 */
final class PlainDoor implements AutoCloseable {
    /** Spec: RFC 8446, 5.1, the type of the record that every session begins with. */
    private static final int HANDSHAKE = 0x16;

    private final ServerSocket socket;
    private final InetSocketAddress server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private PlainDoor(ServerSocket socket, InetSocketAddress server) {
        this.socket = socket;
        this.server = server;
    }

    /** Opens it at a free port of loopback. */
    static PlainDoor open(InetSocketAddress server) throws IOException {
        var door = new PlainDoor(new ServerSocket(0, 0, InetAddress.getLoopbackAddress()), server);
        Thread.ofVirtual().start(door::accept);
        return door;
    }

    int port() {
        return socket.getLocalPort();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                open.add(client);
                Thread.ofVirtual().start(() -> pass(client));
            } catch (IOException _) {
                // closed
            }
        }
    }

    private void pass(Socket client) {
        try (client) {
            int first = client.getInputStream().read();
            if (first >= 0 && first != HANDSHAKE) {
                pass(client, first);
            }
        } catch (IOException _) {
            // either end has closed it
        } finally {
            open.remove(client);
        }
    }

    private void pass(Socket client, int first) throws IOException {
        try (var behind = new Socket(server.getAddress(), server.getPort())) {
            behind.getOutputStream().write(first);
            Thread.ofVirtual().start(() -> copy(client, behind));
            copy(behind, client);
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            var _ = from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException _) {
            // either end has closed it
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket client : open) {
            client.close();
        }
    }
}
