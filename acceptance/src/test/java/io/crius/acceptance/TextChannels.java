package io.crius.acceptance;

import io.crius.acceptance.process.Await;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A client of the channels in a WebSocket that sends and gets text only, in base64, as browsers once had to. Thread-safe. */
final class TextChannels implements AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<Integer, byte[]> received = new ConcurrentHashMap<>();
    private final WebSocket socket;

    private TextChannels(String url, String protocol) {
        URI uri = URI.create("ws" + url.substring("http".length()));
        this.socket = http.newWebSocketBuilder()
                .subprotocols(protocol)
                .buildAsync(uri, new Incoming())
                .join();
    }

    static TextChannels open(String url, String protocol) {
        return new TextChannels(url, protocol);
    }

    private final class Incoming implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                byte[] bytes = Base64.getDecoder().decode(message.substring(1));
                received.merge(message.charAt(0) - '0', bytes, TextChannels::joined);
                message.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    private static byte[] joined(byte[] before, byte[] more) {
        var both = new ByteArrayOutputStream();
        both.writeBytes(before);
        both.writeBytes(more);
        return both.toByteArray();
    }

    String protocol() {
        return socket.getSubprotocol();
    }

    void send(int channel, byte[] bytes) {
        socket.sendText(channel + Base64.getEncoder().encodeToString(bytes), true)
                .join();
    }

    /** Waits for so many bytes on a channel, and gives all there are. */
    byte[] await(int channel, int count) throws Exception {
        Await.until(count + " bytes on channel " + channel, Node.LIMIT, () -> arrived(channel).length >= count);
        return arrived(channel).clone();
    }

    private byte[] arrived(int channel) {
        return received.getOrDefault(channel, new byte[0]);
    }

    /** Waits until a channel has this text at its end. */
    void awaitText(int channel, String text) throws Exception {
        Await.until(
                "\"" + text + "\" on channel " + channel,
                Node.LIMIT,
                () -> new String(arrived(channel), StandardCharsets.UTF_8).endsWith(text));
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
    }
}
