package io.crius.streaming.spdy;

import io.crius.streaming.spdy.SpdyConnection.Acceptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;

/** A control frame of the client. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ControlFrame(int type, int flags, byte[] body) {
    /**
     * Does what the frame asks for. SETTINGS, WINDOW_UPDATE and unknown frames ask for nothing; neither does GOAWAY, for the
     * server opens no streams.
     */
    void dispatch(SpdyConnection connection, Acceptor acceptor, HeaderDecoder decoder) throws IOException {
        switch (type) {
            case Frames.SYN_STREAM ->
                connection.opened(stream(), flags, headers(decoder, SpdyConnection.headerFields()), acceptor);
            // Both carry headers that belong to the shared context.
            case Frames.SYN_REPLY, Frames.HEADERS -> {
                headers(decoder, Integer.BYTES);
                connection.headers(stream(), flags);
            }
            case Frames.RST_STREAM -> connection.resetByClient(stream());
            case Frames.PING -> connection.ping(word());
            default -> {}
        }
    }

    private int stream() throws SpdyException {
        int stream = word() & 0x7FFFFFFF;
        if (stream == 0) {
            throw new SpdyException("a frame for stream 0");
        }
        return stream;
    }

    private int word() throws SpdyException {
        if (body.length < Integer.BYTES) {
            throw new SpdyException("a frame of type " + type + " that is too short");
        }
        return ByteBuffer.wrap(body).getInt();
    }

    private Map<String, String> headers(HeaderDecoder decoder, int from) throws SpdyException {
        if (body.length < from) {
            throw new SpdyException("a frame of type " + type + " that is too short");
        }
        return decoder.decode(Arrays.copyOfRange(body, from, body.length));
    }
}
