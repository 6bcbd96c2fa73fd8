package io.crius.server.metrics;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;

import io.crius.model.CriusException;
import io.crius.streaming.tls.TlsSockets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Serves a text at {@code /metrics} by HTTP/1, on an address and on a unix socket: one request for each connection, on a virtual
 * thread, few at a time, and not for long.
 */
public final class MetricsServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(MetricsServer.class.getName());
    private static final int LARGEST_REQUEST = 8_192;
    private static final int AT_ONCE = 8;
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final Supplier<String> text;
    private final List<ServerSocketChannel> servers = new ArrayList<>();
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final Optional<Path> socket;

    /**
     * Where is listened.
     *
     * @param tls for the address, not for the socket
     */
    public record Places(String host, int port, Optional<TlsSockets> tls, Optional<Path> socket) {}

    /**
     * Begins to serve.
     *
     * @throws CriusException.Failed where an address is taken or does not exist
     */
    public MetricsServer(Places at, Supplier<String> text) {
        this.text = text;
        this.socket = at.socket();
        listen(new InetSocketAddress(at.host(), at.port()), at.tls());
        at.socket().ifPresent(this::listen);
    }

    /** A socket that an earlier daemon left is replaced. */
    private void listen(Path path) {
        try {
            Files.createDirectories(path.toAbsolutePath().getParent());
            Files.deleteIfExists(path);
        } catch (IOException e) {
            close();
            throw new CriusException.Failed("metrics_socket " + path + ": " + e.getMessage(), e);
        }
        listen(UnixDomainSocketAddress.of(path), Optional.empty());
    }

    private void listen(SocketAddress address, Optional<TlsSockets> tls) {
        try {
            ServerSocketChannel server = address instanceof UnixDomainSocketAddress
                    ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                    : ServerSocketChannel.open();
            servers.add(server);
            server.bind(address);
            Thread.ofVirtual().name("metrics").start(() -> serve(server, tls));
            LOG.log(INFO, () -> "metrics on " + address + "/metrics");
        } catch (IOException | RuntimeException e) {
            close();
            throw new CriusException.Failed(
                    "serve metrics on " + address + ": " + e.getMessage() + "; see [crio.metrics]", e);
        }
    }

    /** The port that is listened on. */
    int port() throws IOException {
        return ((InetSocketAddress) servers.getFirst().getLocalAddress()).getPort();
    }

    private void serve(ServerSocketChannel server, Optional<TlsSockets> tls) {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                places.acquire();
                Thread.ofVirtual().name("metrics").start(() -> answer(client, tls));
            } catch (ClosedChannelException _) {
                return;
            } catch (IOException e) {
                LOG.log(DEBUG, () -> "metrics: " + e.getMessage());
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void answer(SocketChannel client, Optional<TlsSockets> tls) {
        Thread guard = Thread.ofVirtual().start(() -> closeLater(client));
        try (client) {
            if (tls.isPresent()) {
                try (Socket secured = tls.get().secure(client.socket())) {
                    answer(secured.getInputStream(), secured.getOutputStream());
                }
            } else {
                answer(Channels.newInputStream(client), Channels.newOutputStream(client));
            }
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "metrics: " + e.getMessage());
        } finally {
            guard.interrupt();
            places.release();
        }
    }

    private void answer(InputStream in, OutputStream out) throws IOException {
        out.write(response(requestLine(in)).getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static void closeLater(SocketChannel client) {
        try (client) {
            Thread.sleep(LONGEST);
        } catch (InterruptedException | IOException _) {
            // It was answered in time.
            return;
        }
    }

    /** Reads the whole head of the request, since a connection that is closed with bytes unread loses the answer. */
    private static String requestLine(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        while (head.size() < LARGEST_REQUEST) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            head.write(next);
            if (head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                break;
            }
        }
        return head.toString(StandardCharsets.ISO_8859_1).lines().findFirst().orElse("");
    }

    private String response(String request) {
        String[] words = request.split(" ");
        if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
            return response("400 Bad Request", "not a request\n");
        }
        if (!words[1].equals("/metrics") && !words[1].startsWith("/metrics?")) {
            return response("404 Not Found", "there is only /metrics\n");
        }
        return words[0].equals("GET")
                ? response("200 OK", text.get())
                : response("405 Method Not Allowed", "only GET is answered\n");
    }

    private static String response(String status, String body) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\nConnection: close\r\n\r\n" + body;
    }

    /** Idempotent. */
    @Override
    public void close() {
        for (ServerSocketChannel server : servers) {
            try {
                server.close();
            } catch (IOException e) {
                LOG.log(DEBUG, () -> "metrics: " + e.getMessage());
            }
        }
        try {
            if (socket.isPresent()) {
                Files.deleteIfExists(socket.get());
            }
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "metrics: " + e.getMessage());
        }
    }
}
