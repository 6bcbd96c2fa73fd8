package io.crius.client.stream;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket whose binary messages begin with the number of a channel. Spec: Kubernetes' {@code channel.k8s.io} protocols.
 * Thread-safe.
 */
final class ChannelLink implements AutoCloseable {
    /** How many received bytes may wait for their readers before no more are asked for. */
    static final int LIMIT = 1 << 20;

    private static final String WITH_CLOSE_SIGNAL = "v5.channel.k8s.io";
    private static final byte CLOSE_SIGNAL = (byte) 0xFF;
    private static final int PIECE = 32 << 10;
    private static final Duration CONNECT = Duration.ofSeconds(30);

    private final List<ChannelQueue> channels = new ArrayList<>();
    private final ReentrantLock sending = new ReentrantLock();
    private final AtomicLong unread = new AtomicLong();
    private final AtomicBoolean paused = new AtomicBoolean();
    private final CompletableFuture<String> over = new CompletableFuture<>();
    private @Nullable WebSocket socket;

    private ChannelLink(int count) {
        for (int i = 0; i < count; i++) {
            channels.add(new ChannelQueue(this::taken));
        }
    }

    /**
     * Connects.
     *
     * @param url as the CRI gave it, http or https
     * @param count how many channels the protocol has
     */
    static ChannelLink open(HttpClient http, String url, int count) throws IOException {
        var link = new ChannelLink(count);
        try {
            link.socket = http.newWebSocketBuilder()
                    .connectTimeout(CONNECT)
                    .subprotocols(WITH_CLOSE_SIGNAL, "v4.channel.k8s.io")
                    .buildAsync(URI.create("ws" + url.substring("http".length())), link.new Receiver())
                    .get();
            return link;
        } catch (ExecutionException e) {
            throw new IOException("open " + url + ": " + reason(Objects.requireNonNull(e.getCause())), e.getCause());
        } catch (InterruptedException e) {
            throw interrupted("connecting to " + url, e);
        }
    }

    private static String reason(Throwable cause) {
        return cause instanceof WebSocketHandshakeException refused
                ? "the server answered " + refused.getResponse().statusCode()
                : String.valueOf(cause.getMessage());
    }

    ChannelQueue channel(int number) {
        return channels.get(number);
    }

    /** Completes when the connection is closed; with the reason where that is not in order. */
    CompletableFuture<String> over() {
        return over.copy();
    }

    /** Whether the end of one channel can be told while the others go on. */
    boolean closesChannels() {
        return WITH_CLOSE_SIGNAL.equals(socket().getSubprotocol());
    }

    /** A stream that sends on the channel; closing it ends the channel where the protocol can say that. */
    OutputStream output(int number) {
        return new Output(number);
    }

    void send(int channel, byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        do {
            int piece = Math.min(length - done, PIECE);
            ByteBuffer message = ByteBuffer.allocate(piece + 1)
                    .put((byte) channel)
                    .put(bytes, offset + done, piece)
                    .flip();
            send(message);
            done += piece;
        } while (done < length);
    }

    private void send(ByteBuffer message) throws IOException {
        sending.lock();
        try {
            var _ = socket().sendBinary(message, true).get();
        } catch (ExecutionException e) {
            throw new IOException("send: " + reason(Objects.requireNonNull(e.getCause())), e.getCause());
        } catch (InterruptedException e) {
            throw interrupted("sending", e);
        } finally {
            sending.unlock();
        }
    }

    private void endChannel(int number) throws IOException {
        if (closesChannels()) {
            send(ByteBuffer.wrap(new byte[] {CLOSE_SIGNAL, (byte) number}));
        }
    }

    private WebSocket socket() {
        return Objects.requireNonNull(socket);
    }

    private void taken(int bytes) {
        if (unread.addAndGet(-bytes) < LIMIT && paused.compareAndSet(true, false)) {
            socket().request(1);
        }
    }

    private void ended(String why) {
        over.complete(why);
        channels.forEach(ChannelQueue::end);
    }

    /** Drops the connection, whatever is still under way. */
    @Override
    public void close() {
        socket().abort();
        ended("closed by this side");
    }

    private static InterruptedIOException interrupted(String during, InterruptedException cause) {
        Thread.currentThread().interrupt();
        var interrupted = new InterruptedIOException("interrupted while " + during);
        interrupted.initCause(cause);
        return interrupted;
    }

    private final class Receiver implements WebSocket.Listener {
        private int channel = -1;

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
            if (channel < 0 && data.hasRemaining()) {
                channel = data.get() & 0xFF;
            }
            accept(data);
            if (last) {
                channel = -1;
            }
            if (unread.get() < LIMIT) {
                from.request(1);
            } else {
                paused.set(true);
                // A reader may have taken everything in between.
                taken(0);
            }
            return null;
        }

        private void accept(ByteBuffer data) {
            if (channel == (CLOSE_SIGNAL & 0xFF)) {
                int ending = data.hasRemaining() ? data.get() & 0xFF : channels.size();
                if (ending < channels.size()) {
                    channels.get(ending).end();
                }
            } else if (data.hasRemaining() && channel >= 0 && channel < channels.size()) {
                ByteBuffer copy =
                        ByteBuffer.allocate(data.remaining()).put(data).flip();
                unread.addAndGet(copy.remaining());
                if (!channels.get(channel).offer(copy)) {
                    unread.addAndGet(-copy.remaining());
                }
            }
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            ended(code == WebSocket.NORMAL_CLOSURE ? "" : "the server closed the connection: " + code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            Throwable cause = error instanceof CompletionException wrapped && wrapped.getCause() != null
                    ? wrapped.getCause()
                    : error;
            ended("the connection was lost: " + cause.getMessage());
        }
    }

    private final class Output extends OutputStream {
        private final int channel;
        private boolean closed;

        Output(int channel) {
            this.channel = channel;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            if (length > 0) {
                send(channel, bytes, offset, length);
            }
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                if (!over.isDone()) {
                    endChannel(channel);
                }
            }
        }
    }
}
