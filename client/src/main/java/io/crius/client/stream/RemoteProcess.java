package io.crius.client.stream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A command that was started in a container, or a container that was attached to. Thread-safe; each stream is for one thread.
 *
 * <p>Closing drops the connection: a command whose client has gone is ended by the server, an attached container is left alone.
 */
public final class RemoteProcess implements AutoCloseable {
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int ERROR = 3;
    private static final int RESIZE = 4;
    private static final int CHANNELS = 5;

    private final ChannelLink link;
    private final CompletableFuture<ProcessEnd> end = new CompletableFuture<>();

    private RemoteProcess(ChannelLink link) {
        this.link = link;
    }

    /** Opens the URL that Exec or Attach answered. Blocks until the server has taken the streams. */
    public static RemoteProcess open(HttpClient http, String url) throws IOException {
        var process = new RemoteProcess(ChannelLink.open(http, url, CHANNELS));
        var _ = Thread.ofVirtual().name("remote-status").start(process::readStatus);
        return process;
    }

    private void readStatus() {
        try {
            String text = new String(link.channel(ERROR).readAllBytes(), StandardCharsets.UTF_8);
            String lost = link.over().join();
            end.complete(text.isEmpty() && !lost.isEmpty() ? ProcessEnd.lost(lost) : ProcessEnd.parse(text));
        } catch (IOException e) {
            end.complete(ProcessEnd.lost(String.valueOf(e.getMessage())));
        }
    }

    /** Closing it ends the process's standard input, where the server speaks v5; older ones cannot say it. */
    public OutputStream stdin() {
        return link.output(STDIN);
    }

    public InputStream stdout() {
        return link.channel(STDOUT);
    }

    public InputStream stderr() {
        return link.channel(STDERR);
    }

    /** Tells a terminal its size, in characters. */
    public void resize(int width, int height) throws IOException {
        byte[] size = ("{\"Width\":" + width + ",\"Height\":" + height + "}").getBytes(StandardCharsets.US_ASCII);
        link.send(RESIZE, size, 0, size.length);
    }

    /** Whether closing {@link #stdin} reaches the process. */
    public boolean canEndInput() {
        return link.closesChannels();
    }

    /** Waits for the end; empty when the time is over first. The output may still have to be read. */
    public Optional<ProcessEnd> awaitEnd(Duration limit) throws InterruptedException {
        try {
            return Optional.of(end.get(limit.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException _) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        link.close();
    }
}
