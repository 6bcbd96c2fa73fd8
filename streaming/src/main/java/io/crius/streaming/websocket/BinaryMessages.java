package io.crius.streaming.websocket;

import io.crius.streaming.websocket.ChannelProtocol.Closing;
import io.crius.streaming.websocket.Channels.Listener;
import io.crius.streaming.websocket.WebSocketConnection.Kind;
import io.crius.streaming.websocket.WebSocketConnection.Receiver;
import java.io.IOException;

/** Messages of a channel's number and bytes. */
final class BinaryMessages implements Receiver {
    private static final int PROTOCOL_ERROR = 1002;
    private static final int NONE = -1;
    private static final int CLOSE_SIGNAL = 0xFF;

    private final Listener listener;
    private final Closing closing;
    private int channel = NONE;
    private int closed = NONE;

    BinaryMessages(Listener listener, Closing closing) {
        this.listener = listener;
        this.closing = closing;
    }

    @Override
    public void begin(Kind kind) {
        channel = NONE;
        closed = NONE;
    }

    @Override
    public void piece(byte[] buffer, int length) throws IOException {
        int from = 0;
        if (channel == NONE && length > 0) {
            channel = buffer[0] & 0xFF;
            from = 1;
        }
        if (from == length) {
            return;
        }
        if (channel == CLOSE_SIGNAL && closing == Closing.SIGNALLED) {
            if (closed != NONE || length - from > 1) {
                throw new WebSocketException(PROTOCOL_ERROR, "a close signal that is too long");
            }
            closed = buffer[from] & 0xFF;
        } else {
            listener.bytes(channel, buffer, from, length - from);
        }
    }

    @Override
    public void end() throws IOException {
        if (channel == CLOSE_SIGNAL && closing == Closing.SIGNALLED) {
            if (closed == NONE) {
                throw new WebSocketException(PROTOCOL_ERROR, "a close signal without a channel");
            }
            listener.ended(closed);
        }
    }
}
