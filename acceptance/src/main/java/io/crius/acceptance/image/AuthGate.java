package io.crius.acceptance.image;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A registry that asks for credentials, in front of one that does not: reads only.
 *
 * <p>Spec: distribution, "Token Authentication Specification" for {@link Scheme#TOKEN}.
 */
public final class AuthGate implements AutoCloseable {
    public static final String USER = "kube";
    public static final String PASSWORD = "let-me:in";

    private static final String TOKEN = "the-token-of-this-gate";

    /** How the gate asks. */
    public enum Scheme {
        BASIC,
        TOKEN
    }

    private final LoopbackRegistry behind;
    private final Scheme scheme;
    private final HttpServer server;
    private final PlainDoor door;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private AuthGate(LoopbackRegistry behind, Scheme scheme, HttpServer server, PlainDoor door) {
        this.behind = behind;
        this.scheme = scheme;
        this.server = server;
        this.door = door;
    }

    /** Opens a gate on a free port of loopback. */
    public static AuthGate open(LoopbackRegistry behind, Scheme scheme) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        AuthGate gate = new AuthGate(behind, scheme, server, PlainDoor.open(server.getAddress()));
        server.setExecutor(gate.threads);
        server.createContext("/token", gate::token);
        server.createContext("/v2/", gate::forward);
        server.start();
        return gate;
    }

    /** The full name of an image behind the gate. */
    public String name(String repositoryAndTag) {
        return host() + "/" + repositoryAndTag;
    }

    private String host() {
        return "127.0.0.1:" + door.port();
    }

    private void token(HttpExchange exchange) throws IOException {
        if (basic().equals(header(exchange, "Authorization"))) {
            answer(exchange, 200, "{\"token\":\"" + TOKEN + "\",\"expires_in\":300}");
        } else {
            answer(exchange, 401, "{\"details\":\"incorrect username or password\"}");
        }
    }

    private void forward(HttpExchange exchange) throws IOException {
        String expected = scheme == Scheme.BASIC ? basic() : "Bearer " + TOKEN;
        if (expected.equals(header(exchange, "Authorization"))) {
            Forwarding.to(behind, exchange, InputStream::transferTo);
            return;
        }
        String challenge = scheme == Scheme.BASIC
                ? "Basic realm=\"gate\""
                : "Bearer realm=\"http://" + host() + "/token\",service=\"gate\"";
        exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
        answer(exchange, 401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\"}]}");
    }

    private static void answer(HttpExchange exchange, int code, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        boolean body = !exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(code, body ? bytes.length : -1);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body ? bytes : new byte[0]);
        }
    }

    private static String basic() {
        String pair = USER + ":" + PASSWORD;
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static String header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
    }

    @Override
    public void close() throws IOException {
        door.close();
        server.stop(0);
        threads.shutdownNow();
    }
}
