package io.crius.acceptance.image;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Passes a request for reading on to a registry, and its answer back. Stateless. */
final class Forwarding {
    /** How a body is passed on; may block. */
    interface Body {
        long copy(InputStream from, OutputStream to) throws IOException;
    }

    private Forwarding() {}

    static void to(LoopbackRegistry registry, HttpExchange exchange, Body copying) throws IOException {
        URI uri = URI.create("http://" + registry.host() + exchange.getRequestURI());
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setRequestMethod(exchange.getRequestMethod());
        for (String accept : exchange.getRequestHeaders().getOrDefault("Accept", List.of())) {
            connection.addRequestProperty("Accept", accept);
        }
        for (String name : List.of("Content-Type", "Docker-Content-Digest")) {
            Optional.ofNullable(connection.getHeaderField(name))
                    .ifPresent(value -> exchange.getResponseHeaders().set(name, value));
        }
        boolean body = exchange.getRequestMethod().equals("GET");
        long length = connection.getContentLengthLong();
        if (!body) {
            exchange.getResponseHeaders().set("Content-Length", Long.toString(length));
        }
        exchange.sendResponseHeaders(connection.getResponseCode(), body ? length : -1);
        try (OutputStream out = exchange.getResponseBody()) {
            if (body) {
                copy(connection, out, copying);
            }
        }
    }

    private static void copy(HttpURLConnection from, OutputStream out, Body copying) throws IOException {
        try (InputStream in = from.getResponseCode() < 400 ? from.getInputStream() : from.getErrorStream()) {
            var _ = copying.copy(in, out);
        }
    }
}
