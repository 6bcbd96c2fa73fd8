package io.crius.client.stream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One connection to a port of a pod. Thread-safe; each stream is for one thread. Closing drops the connection. */
public final class ForwardedPort implements AutoCloseable {
    private static final int DATA = 0;
    private static final int ERROR = 1;
    /** Spec: the first message of each channel is the port's number. */
    private static final int PORT_BYTES = 2;

    private final ChannelLink link;
    private final CompletableFuture<String> error = new CompletableFuture<>();

    private ForwardedPort(ChannelLink link) {
        this.link = link;
    }

    /** Opens the URL that PortForward answered for exactly one port. */
    public static ForwardedPort open(HttpClient http, String url) throws IOException {
        var port = new ForwardedPort(ChannelLink.open(http, url, PORT_BYTES));
        try {
            port.input().readNBytes(PORT_BYTES);
            var _ = Thread.ofVirtual().name("forward-errors").start(port::readErrors);
            return port;
        } catch (IOException e) {
            port.close();
            throw e;
        }
    }

    private void readErrors() {
        try {
            byte[] all = link.channel(ERROR).readAllBytes();
            int skipped = Math.min(PORT_BYTES, all.length);
            String text = new String(all, skipped, all.length - skipped, StandardCharsets.UTF_8).strip();
            error.complete(text.isEmpty() ? link.over().join() : text);
        } catch (IOException e) {
            error.complete(String.valueOf(e.getMessage()));
        }
    }

    public InputStream input() {
        return link.channel(DATA);
    }

    /** Closing it ends this direction only, where the server can be told. */
    public OutputStream output() {
        return link.output(DATA);
    }

    /** What went wrong, known when the connection has ended: nothing is the empty text. Waits for the end, at most so long. */
    public String awaitError(Duration limit) throws InterruptedException {
        try {
            return error.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            return "";
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        link.close();
    }
}
