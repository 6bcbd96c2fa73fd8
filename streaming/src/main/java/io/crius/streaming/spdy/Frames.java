package io.crius.streaming.spdy;

import java.nio.ByteBuffer;

/** Frames that the server sends. Spec: SPDY/3.1, section 2.6; all numbers are big-endian. */
final class Frames {
    static final int SYN_STREAM = 1;
    static final int SYN_REPLY = 2;
    static final int RST_STREAM = 3;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int HEADERS = 8;
    static final int FLAG_FIN = 1;
    static final int HEADER_SIZE = 8;

    private static final int CONTROL = 0x80030000;

    private Frames() {}

    static byte[] synReply(int stream, byte[] headers) {
        return control(SYN_REPLY, Integer.BYTES + headers.length)
                .putInt(stream)
                .put(headers)
                .array();
    }

    static byte[] reset(int stream, ResetStatus status) {
        return control(RST_STREAM, 2 * Integer.BYTES)
                .putInt(stream)
                .putInt(status.number())
                .array();
    }

    static byte[] ping(int id) {
        return control(PING, Integer.BYTES).putInt(id).array();
    }

    /** In order, after the last stream that was taken. */
    static byte[] goAway(int lastStream) {
        return control(GOAWAY, 2 * Integer.BYTES).putInt(lastStream).putInt(0).array();
    }

    static byte[] dataHeader(int stream, int flags, int length) {
        return ByteBuffer.allocate(HEADER_SIZE)
                .putInt(stream)
                .putInt(flags << 24 | length)
                .array();
    }

    private static ByteBuffer control(int type, int length) {
        return ByteBuffer.allocate(HEADER_SIZE + length).putInt(CONTROL | type).putInt(length);
    }
}
