package io.crius.image.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Optional;
import java.util.OptionalLong;

/** The answer to one request; its body is read at most once, and closing drops the rest. */
final class Answer implements AutoCloseable {
    private static final long SHORT = 4096;

    private final int status;
    private final URI uri;
    private final HttpHeaders headers;
    private final InputStream body;

    Answer(int status, URI uri, HttpHeaders headers, InputStream body) {
        this.status = status;
        this.uri = uri;
        this.headers = headers;
        this.body = body;
    }

    int status() {
        return status;
    }

    /** Where the answer came from, after redirects. */
    URI uri() {
        return uri;
    }

    HttpHeaders headers() {
        return headers;
    }

    Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    OptionalLong length() {
        return headers.firstValueAsLong("Content-Length");
    }

    InputStream body() {
        return body;
    }

    /** The body up to the limit and one byte, so that the caller can tell when it is longer. */
    byte[] bytes(int limit) throws IOException {
        return body.readNBytes(limit + 1);
    }

    /** Reads a rest that is known to be short, so that the connection can be used again. */
    @Override
    public void close() {
        try (body) {
            if (length().orElse(Long.MAX_VALUE) <= SHORT) {
                body.skipNBytes(SHORT + 1);
            }
        } catch (IOException _) {
            // Nobody wants the rest.
        }
    }

    /** Drops the rest at once, and over HTTP/1.1 the connection with it. */
    void abandon() {
        try {
            body.close();
        } catch (IOException _) {
            // Nobody wants the rest.
        }
    }
}
