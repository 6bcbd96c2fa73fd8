package io.crius.streaming.websocket;

import io.crius.model.ByteBudget;
import io.crius.streaming.websocket.WebSocketConnection.Kind;
import io.crius.streaming.websocket.WebSocketConnection.Receiver;
import io.crius.streaming.wire.ByteQueue;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;

/**
 * Another protocol's bytes in the binary messages of a WebSocket, whose boundaries mean nothing. One thread runs {@link #read};
 * each stream is for one thread.
 */
public final class Tunnel {
    private final WebSocketConnection connection;
    private final ByteQueue input;

    public Tunnel(WebSocketConnection connection, ByteBudget.Share memory) {
        this.connection = connection;
        this.input = new ByteQueue(memory, connection::ask);
    }

    /** Reads the WebSocket until the client closes it; the input has ended then. */
    public void read() throws IOException {
        try {
            connection.read(new Receiver() {
                @Override
                public void begin(Kind kind) {}

                @Override
                public void piece(byte[] buffer, int length) throws IOException {
                    input.put(buffer, 0, length);
                }

                @Override
                public void end() {}
            });
        } finally {
            input.end();
        }
    }

    /** What still comes is dropped. */
    public void close() {
        input.close();
    }

    public InputStream input() {
        return input;
    }

    public OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                Objects.checkFromIndexSize(offset, length, bytes.length);
                connection.send(Kind.BINARY, new byte[0], bytes, offset, length);
            }
        };
    }
}
