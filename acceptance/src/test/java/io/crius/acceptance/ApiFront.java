package io.crius.acceptance;

import io.crius.client.StreamCalls;
import io.crius.client.stream.Wants;
import io.crius.client.stream.Wants.Kind;
import io.crius.client.stream.Wants.Standard;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * As much of an API server and a kubelet as {@code kubectl} needs to run a command in a pod, to attach to it, and to forward its
 * ports: it asks the CRI for a URL, and the client's connection goes there byte for byte, its upgrade and all. Thread-safe.
 */
final class ApiFront implements AutoCloseable {
    private static final String POD = "/api/v1/namespaces/default/pods/web";
    private static final int BACKLOG = 50;

    /** How long a client may go on after its server has ended. */
    private static final Duration CLOSING = Duration.ofSeconds(2);

    private static final Map<String, String> ANSWERS = Map.of(
            "/version",
            "{\"major\":\"1\",\"minor\":\"33\",\"gitVersion\":\"v1.33.0\"}",
            "/api",
            "{\"kind\":\"APIVersions\",\"versions\":[\"v1\"]}",
            "/apis",
            "{\"kind\":\"APIGroupList\",\"apiVersion\":\"v1\",\"groups\":[]}",
            "/api/v1",
            "{\"kind\":\"APIResourceList\",\"groupVersion\":\"v1\",\"resources\":[{\"name\":\"pods\",\"singularName\":"
                    + "\"pod\",\"namespaced\":true,\"kind\":\"Pod\",\"verbs\":[\"get\"]}]}",
            POD,
            "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"web\",\"namespace\":\"default\"},"
                    + "\"spec\":{\"containers\":[{\"name\":\"main\",\"stdin\":true,\"tty\":true}]},"
                    + "\"status\":{\"phase\":\"Running\"}}");

    private final StreamCalls streams;
    private final String podId;
    private final String containerId;
    private final ServerSocket socket;
    private final List<String> upgrades = new CopyOnWriteArrayList<>();

    private ApiFront(StreamCalls streams, String podId, String containerId, ServerSocket socket) {
        this.streams = streams;
        this.podId = podId;
        this.containerId = containerId;
        this.socket = socket;
    }

    /** Shows the pod under the name {@code web} and its container under the name {@code main}. */
    static ApiFront start(StreamCalls streams, String podId, String containerId) throws IOException {
        var socket = new ServerSocket(0, BACKLOG, InetAddress.ofLiteral("127.0.0.1"));
        var front = new ApiFront(streams, podId, containerId, socket);
        Thread.ofVirtual().name("api-front").start(front::accept);
        return front;
    }

    String url() {
        return "http://127.0.0.1:" + socket.getLocalPort();
    }

    /** What the clients wanted their connections to become, each with its outcome: {@code websocket 101}. */
    List<String> upgrades() {
        return List.copyOf(upgrades);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = socket.accept();
                Thread.ofVirtual().name("api-front-client").start(() -> serve(client));
            }
        } catch (SocketException e) {
            if (!socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            var in = new BufferedInputStream(client.getInputStream());
            Optional<ApiRequest> request = ApiRequest.read(in);
            while (request.isPresent() && request.get().upgrade().isEmpty()) {
                answer(client, request.get());
                request = ApiRequest.read(in);
            }
            if (request.isPresent()) {
                forward(client, in, request.get());
            }
        } catch (SocketException _) {
            // the client has gone
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void answer(Socket client, ApiRequest request) throws IOException {
        String body = ANSWERS.getOrDefault(
                request.path(),
                "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"reason\":\"NotFound\",\"code\":404}");
        String status = ANSWERS.containsKey(request.path()) ? "200 OK" : "404 Not Found";
        String whole = "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
        client.getOutputStream().write(whole.getBytes(StandardCharsets.US_ASCII));
    }

    private void forward(Socket client, InputStream in, ApiRequest request) throws IOException {
        URI url = URI.create(url(request));
        try (var server = new Socket(InetAddress.ofLiteral(url.getHost()), url.getPort())) {
            server.setTcpNoDelay(true);
            server.getOutputStream().write(request.to(url.getPath()));
            Thread up = Thread.ofVirtual().name("api-front-up").start(() -> carry(in, server));
            var down = new BufferedInputStream(server.getInputStream());
            upgrades.add(request.upgrade().orElse("") + " " + status(down));
            carry(down, client);
            var _ = up.join(CLOSING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The number in the first line of an answer, all of which is still to be read. */
    private static String status(BufferedInputStream answer) throws IOException {
        answer.mark(64);
        String begin = new String(answer.readNBytes("HTTP/1.1 101".length()), StandardCharsets.US_ASCII);
        answer.reset();
        return begin.substring(begin.indexOf(' ') + 1);
    }

    private static void carry(InputStream from, Socket to) {
        try {
            from.transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException _) {
            // either has gone, and the other is told so by the end of its connection
            closeQuietly(to);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String url(ApiRequest request) {
        return switch (request.path()) {
            case POD + "/exec" ->
                streams.execUrl(
                        containerId, wants(request), request.values("command").toArray(String[]::new));
            case POD + "/attach" -> streams.attachUrl(containerId, wants(request));
            case POD + "/portforward" -> streams.forwardUrl(podId);
            default -> throw new AssertionError("an upgrade of " + request.path());
        };
    }

    private static Wants wants(ApiRequest request) {
        Set<Standard> streams = EnumSet.noneOf(Standard.class);
        for (Standard stream : Standard.values()) {
            if (request.is(stream.name().toLowerCase(Locale.ROOT))) {
                streams.add(stream);
            }
        }
        return new Wants(streams, request.is("tty") ? Kind.TERMINAL : Kind.PIPES);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
