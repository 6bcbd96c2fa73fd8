package io.crius.streaming.websocket;

import io.crius.streaming.wire.FrameOutput;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;

/** A WebSocket after its handshake. One thread runs {@link #read}; sending may be done by any. */
public final class WebSocketConnection {
    static final int NORMAL = 1000;
    private static final System.Logger LOG = System.getLogger(WebSocketConnection.class.getName());
    private static final int PROTOCOL_ERROR = 1002;
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int RESERVED = 0x70;
    private static final int LARGEST_CONTROL = 125;
    private static final int CHUNK = 16 << 10;
    private static final int TWO_BYTES = 126;
    private static final int EIGHT_BYTES = 127;

    /** What a message is made of. */
    public enum Kind {
        TEXT,
        BINARY
    }

    /** Takes messages apart; called on the reading thread, and may make it wait. */
    public interface Receiver {
        void begin(Kind kind) throws IOException;

        /** The next bytes of the message; the buffer is the caller's. */
        void piece(byte[] buffer, int length) throws IOException;

        void end() throws IOException;
    }

    private final DataInputStream in;
    private final FrameOutput out;
    private boolean within;

    public WebSocketConnection(InputStream in, OutputStream out) {
        this.in = new DataInputStream(in);
        this.out = new FrameOutput(out);
    }

    /**
     * Reads until the client closes.
     *
     * @throws IOException where the connection broke, or the client broke the protocol
     */
    public void read(Receiver receiver) throws IOException {
        try {
            boolean open = true;
            while (open) {
                int first = in.read();
                open = first >= 0 && readFrame(first, receiver);
            }
        } catch (WebSocketException e) {
            close(e.code());
            throw e;
        }
    }

    private boolean readFrame(int first, Receiver receiver) throws IOException {
        int second = in.readUnsignedByte();
        if ((first & RESERVED) != 0) {
            throw new WebSocketException(PROTOCOL_ERROR, "a frame of an extension that was not agreed on");
        }
        if ((second & MASKED) == 0) {
            throw new WebSocketException(PROTOCOL_ERROR, "a client's frame that is not masked");
        }
        long length = length(second & ~MASKED);
        var mask = new byte[Integer.BYTES];
        in.readFully(mask);
        int opcode = first & 0xF;
        if (opcode >= CLOSE) {
            return readControl(opcode, first, length, mask);
        }
        readMessage(opcode, first, length, mask, receiver);
        return true;
    }

    private long length(int seven) throws IOException {
        long length = switch (seven) {
            case TWO_BYTES -> in.readUnsignedShort();
            case EIGHT_BYTES -> in.readLong();
            default -> seven;
        };
        if (length < 0) {
            throw new WebSocketException(PROTOCOL_ERROR, "a frame of negative length");
        }
        return length;
    }

    private boolean readControl(int opcode, int first, long length, byte[] mask) throws IOException {
        if (length > LARGEST_CONTROL || (first & FIN) == 0) {
            throw new WebSocketException(PROTOCOL_ERROR, "a control frame that is large or in parts");
        }
        byte[] body = new byte[(int) length];
        in.readFully(body);
        unmask(body, body.length, mask, 0);
        switch (opcode) {
            case PING -> out.control(frame(PONG, body));
            case PONG -> {}
            case CLOSE -> {
                return false;
            }
            default -> throw new WebSocketException(PROTOCOL_ERROR, "a control frame of kind " + opcode);
        }
        return true;
    }

    private void readMessage(int opcode, int first, long length, byte[] mask, Receiver receiver) throws IOException {
        if ((opcode == CONTINUATION) != within || opcode > BINARY) {
            throw new WebSocketException(PROTOCOL_ERROR, "a frame of kind " + opcode + " at the wrong place");
        }
        if (opcode != CONTINUATION) {
            receiver.begin(opcode == TEXT ? Kind.TEXT : Kind.BINARY);
        }
        byte[] chunk = new byte[(int) Math.min(length, CHUNK)];
        long done = 0;
        while (done < length) {
            int count = in.read(chunk, 0, (int) Math.min(length - done, chunk.length));
            if (count < 0) {
                throw new EOFException("the connection ended within a frame");
            }
            unmask(chunk, count, mask, done);
            done += count;
            receiver.piece(chunk, count);
        }
        within = (first & FIN) == 0;
        if (!within) {
            receiver.end();
        }
    }

    private static void unmask(byte[] bytes, int length, byte[] mask, long position) {
        for (int i = 0; i < length; i++) {
            bytes[i] ^= mask[(int) ((position + i) & 3)];
        }
    }

    /** Sends a ping, of whose answer nothing is expected: the connection fails where the client has gone. */
    void ask() throws IOException {
        out.control(frame(PING, new byte[0]));
    }

    /** Sends one message: the prefix, then the part of the buffer. */
    void send(Kind kind, byte[] prefix, byte[] buffer, int offset, int length) throws IOException {
        byte[] header = header(kind == Kind.TEXT ? TEXT : BINARY, prefix.length + length);
        byte[] whole = ByteBuffer.allocate(header.length + prefix.length)
                .put(header)
                .put(prefix)
                .array();
        out.payload(whole, buffer, offset, length);
    }

    /** Says that nothing follows, in order. */
    public void close() {
        close(NORMAL);
    }

    private void close(int code) {
        try {
            byte[] body = {(byte) (code >>> 8), (byte) code};
            out.control(frame(CLOSE, body));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "a client that is gone was not told: " + e.getMessage());
        }
    }

    private static byte[] frame(int opcode, byte[] body) {
        byte[] header = header(opcode, body.length);
        return ByteBuffer.allocate(header.length + body.length)
                .put(header)
                .put(body)
                .array();
    }

    private static byte[] header(int opcode, int length) {
        byte first = (byte) (FIN | opcode);
        if (length < TWO_BYTES) {
            return new byte[] {first, (byte) length};
        }
        if (length <= 0xFFFF) {
            return new byte[] {first, TWO_BYTES, (byte) (length >>> 8), (byte) length};
        }
        return ByteBuffer.allocate(2 + Long.BYTES)
                .put(first)
                .put((byte) EIGHT_BYTES)
                .putLong(length)
                .array();
    }
}
