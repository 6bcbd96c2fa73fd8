package io.crius.streaming.websocket;

import io.crius.streaming.websocket.Channels.Listener;
import io.crius.streaming.websocket.WebSocketConnection.Kind;
import io.crius.streaming.websocket.WebSocketConnection.Receiver;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;

/** Messages of a channel's digit and base64, which is decoded four characters at a time as they come. */
final class Base64Messages implements Receiver {
    private static final int UNSUPPORTED_DATA = 1003;
    private static final int NONE = -1;
    private static final int GROUP = 4;

    private final Listener listener;
    private int channel = NONE;
    private byte[] rest = new byte[0];

    Base64Messages(Listener listener) {
        this.listener = listener;
    }

    @Override
    public void begin(Kind kind) {
        channel = NONE;
        rest = new byte[0];
    }

    @Override
    public void piece(byte[] buffer, int length) throws IOException {
        int from = 0;
        if (channel == NONE && length > 0) {
            channel = buffer[0] - '0';
            from = 1;
        }
        byte[] text = Arrays.copyOf(rest, rest.length + length - from);
        System.arraycopy(buffer, from, text, rest.length, length - from);
        int whole = text.length - text.length % GROUP;
        rest = Arrays.copyOfRange(text, whole, text.length);
        decode(Arrays.copyOf(text, whole));
    }

    @Override
    public void end() throws IOException {
        decode(rest);
    }

    private void decode(byte[] text) throws IOException {
        if (text.length == 0) {
            return;
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            listener.bytes(channel, bytes, 0, bytes.length);
        } catch (IllegalArgumentException e) {
            throw new WebSocketException(UNSUPPORTED_DATA, "a message that is not base64: " + e.getMessage());
        }
    }
}
