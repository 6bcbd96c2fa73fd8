package io.crius.streaming.websocket;

import io.crius.streaming.websocket.ChannelProtocol.Closing;
import io.crius.streaming.websocket.ChannelProtocol.Coding;
import io.crius.streaming.websocket.WebSocketConnection.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Base64;
import java.util.Objects;

/** The channels of a WebSocket. One thread runs {@link #read}; outputs are for one thread each. */
public final class Channels {
    private static final byte CLOSE_SIGNAL = (byte) 0xFF;
    private static final int PIECE = 32 << 10;

    /** Takes what comes on the channels; called on the reading thread, and may make it wait. */
    public interface Listener {
        void bytes(int channel, byte[] buffer, int offset, int length) throws IOException;

        /** The client will send nothing more on the channel. */
        void ended(int channel);
    }

    private final WebSocketConnection connection;
    private final ChannelProtocol protocol;

    public Channels(WebSocketConnection connection, ChannelProtocol protocol) {
        this.connection = connection;
        this.protocol = protocol;
    }

    public ChannelProtocol protocol() {
        return protocol;
    }

    /** As {@link WebSocketConnection#read}. */
    public void read(Listener listener) throws IOException {
        connection.read(
                protocol.coding() == Coding.BINARY
                        ? new BinaryMessages(listener, protocol.closing())
                        : new Base64Messages(listener));
    }

    /** Sends a message without bytes, by which a client sees that the channel is there. */
    public void announce(int channel) throws IOException {
        send(channel, new byte[0], 0, 0);
    }

    /** As {@link WebSocketConnection#ask}. */
    public void ask() throws IOException {
        connection.ask();
    }

    /** A stream that sends on the channel; closing it tells the client where the protocol can. */
    public OutputStream output(int channel) {
        return new Output(channel);
    }

    private void send(int channel, byte[] bytes, int offset, int length) throws IOException {
        if (protocol.coding() == Coding.BINARY) {
            connection.send(Kind.BINARY, new byte[] {(byte) channel}, bytes, offset, length);
        } else {
            byte[] part = offset == 0 && length == bytes.length
                    ? bytes
                    : java.util.Arrays.copyOfRange(bytes, offset, offset + length);
            byte[] text = Base64.getEncoder().encode(part);
            connection.send(Kind.TEXT, new byte[] {(byte) ('0' + channel)}, text, 0, text.length);
        }
    }

    /** Closes the connection in order. */
    public void close() {
        connection.close();
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
            for (int done = 0; done < length; done += PIECE) {
                send(channel, bytes, offset + done, Math.min(PIECE, length - done));
            }
        }

        @Override
        public void close() throws IOException {
            if (!closed && protocol.closing() == Closing.SIGNALLED) {
                closed = true;
                connection.send(Kind.BINARY, new byte[] {CLOSE_SIGNAL, (byte) channel}, new byte[0], 0, 0);
            }
        }
    }
}
