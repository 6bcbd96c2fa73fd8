package io.crius.streaming;

import io.crius.model.ByteBudget;
import io.crius.model.CriusException;
import io.crius.streaming.protocol.StreamTask;
import io.crius.streaming.tls.TlsSockets;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** The socket, and who came to it. Thread-safe. */
final class Listener implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Listener.class.getName());
    private static final int BACKLOG = 128;
    /** At one time. Whoever comes then is turned away; so a flood of them takes no more than these descriptors. */
    private static final int MOST_CONNECTIONS = 1000;

    /** What all clients together may make the server hold, in bytes: an eighth of the heap. */
    private static final long MEMORY = 24 << 20;

    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);
    private static final Duration AFTER_FAILURE = Duration.ofMillis(100);

    private final StreamingSettings settings;
    private final ServerSocket socket;
    private final Optional<TlsSockets> tls;
    private final Tokens tokens = new Tokens();
    private final ByteBudget memory = new ByteBudget(MEMORY);
    private final Map<Connection, Thread> connections = new ConcurrentHashMap<>();
    private final Semaphore places = new Semaphore(MOST_CONNECTIONS);

    private Listener(StreamingSettings settings, ServerSocket socket, Optional<TlsSockets> tls) {
        this.settings = settings;
        this.socket = socket;
        this.tls = tls;
    }

    static Listener open(StreamingSettings settings) {
        Optional<TlsSockets> tls = settings.tls().map(files -> TlsSockets.open(files, "streaming server"));
        var address = settings.address()
                .map(host -> new InetSocketAddress(host, settings.port()))
                .orElseGet(() -> new InetSocketAddress(settings.port()));
        try {
            var socket = new ServerSocket();
            socket.setReuseAddress(true);
            bind(socket, address);
            var listener = new Listener(settings, socket, tls);
            Thread.ofVirtual().name("stream-listener").start(listener::accept);
            LOG.log(Level.INFO, () -> "streams are served on " + listener.authority());
            return listener;
        } catch (IOException e) {
            throw new CriusException.Failed(
                    "streaming server: listen on " + address + ": " + e.getMessage()
                            + "; see stream_address and stream_port",
                    e);
        }
    }

    private static void bind(ServerSocket socket, InetSocketAddress address) throws IOException {
        try {
            socket.bind(address, BACKLOG);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    String url(String kind, StreamTask task) {
        return (tls.isPresent() ? "https" : "http") + "://" + authority() + "/" + kind + "/" + tokens.issue(kind, task);
    }

    /** Compat: the wildcard appears as {@code [::]}. */
    private String authority() {
        InetAddress host = socket.getInetAddress();
        String text = host.isAnyLocalAddress() ? "::" : host.getHostAddress();
        return (text.contains(":") ? "[" + text + "]" : text) + ":" + socket.getLocalPort();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                begin(socket.accept());
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    LOG.log(Level.WARNING, () -> "streaming server: accept a client: " + e.getMessage());
                    pause();
                }
            }
        }
    }

    /** Out of descriptors, say: trying at once would only keep a processor busy. */
    private static void pause() {
        try {
            Thread.sleep(AFTER_FAILURE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void begin(Socket client) throws IOException {
        if (!places.tryAcquire()) {
            client.close();
            LOG.log(
                    Level.WARNING,
                    () -> "streaming server: more than " + MOST_CONNECTIONS
                            + " clients at one time; one more was turned away");
            return;
        }
        var connection = new Connection(client, tls, tokens, settings.idle(), memory);
        Thread thread = Thread.ofVirtual().name("stream-" + client.getPort()).unstarted(() -> {
            try {
                connection.serve();
            } finally {
                connections.remove(connection);
                places.release();
            }
        });
        connections.put(connection, thread);
        thread.start();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, () -> "streaming server: close " + socket + ": " + e.getMessage());
        }
        long end = System.nanoTime() + LONGEST_CLOSE.toNanos();
        connections.keySet().forEach(Connection::close);
        try {
            for (Thread thread : connections.values()) {
                var _ = thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
