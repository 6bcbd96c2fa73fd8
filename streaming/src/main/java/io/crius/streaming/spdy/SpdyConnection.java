package io.crius.streaming.spdy;

import io.crius.model.ByteBudget;
import io.crius.streaming.wire.FrameOutput;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of a connection. One thread runs {@link #read} until the client has gone; everything else may be called by any
 * thread.
 */
public final class SpdyConnection {
    private static final System.Logger LOG = System.getLogger(SpdyConnection.class.getName());
    private static final int CONTROL_BIT = 0x80000000;
    private static final int VERSION = 3;
    private static final int LENGTH_MASK = 0xFFFFFF;
    private static final int STREAM_MASK = 0x7FFFFFFF;
    private static final int CHUNK = 16 << 10;
    /** What a control frame of a client needs; the protocol would allow 16 MiB. */
    private static final int LARGEST_CONTROL = 32 << 10;
    /** In a SYN_STREAM before its headers: two stream numbers, a priority and an unused byte. */
    private static final int SYN_STREAM_FIELDS = 10;

    /** Decides about streams that the client opens. */
    @FunctionalInterface
    public interface Acceptor {
        /**
         * Whether the stream is taken. Runs on the connection's reading thread, before the client is answered: it must neither
         * wait nor write to the stream.
         *
         * @param headers by lower-case names
         */
        boolean accept(SpdyStream stream, Map<String, String> headers);
    }

    private final DataInputStream in;
    private final FrameOutput out;
    private final ByteBudget.Share memory;
    private final Map<Integer, SpdyStream> streams = new ConcurrentHashMap<>();
    private final ReentrantLock replies = new ReentrantLock();
    private final EmptyHeaders emptyHeaders = new EmptyHeaders();
    private volatile int lastStream;
    private int lastPing;

    public SpdyConnection(InputStream in, OutputStream out, ByteBudget.Share memory) {
        this.in = new DataInputStream(in);
        this.out = new FrameOutput(out);
        this.memory = memory;
    }

    /** Streams that either end may still use. */
    public List<SpdyStream> streams() {
        return List.copyOf(streams.values());
    }

    /**
     * Reads until the client closes the connection; all streams have ended then.
     *
     * @throws IOException where the connection broke, or the client broke the protocol
     */
    public void read(Acceptor acceptor) throws IOException {
        try (var decoder = new HeaderDecoder()) {
            while (readFrame(acceptor, decoder)) {
                // the next one
            }
        } finally {
            streams().forEach(stream -> stream.receivedReset("the client closed the connection"));
        }
    }

    private boolean readFrame(Acceptor acceptor, HeaderDecoder decoder) throws IOException {
        int first = firstWord();
        if (first == -1) {
            return false;
        }
        int second = in.readInt();
        int flags = second >>> 24;
        int length = second & LENGTH_MASK;
        if ((first & CONTROL_BIT) == 0) {
            readData(first, flags, length);
            return true;
        }
        if ((first >>> 16 & 0x7FFF) != VERSION) {
            throw new SpdyException("a frame of SPDY version " + (first >>> 16 & 0x7FFF));
        }
        if (length > LARGEST_CONTROL) {
            throw new SpdyException("a control frame of " + length + " bytes");
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("the connection ended within a frame");
        }
        new ControlFrame(first & 0xFFFF, flags, body).dispatch(this, acceptor, decoder);
        return true;
    }

    /** -1 at the end of the connection; no frame begins with it, for it would be of version 32767. */
    private int firstWord() throws IOException {
        int first = in.read();
        if (first < 0) {
            return -1;
        }
        return first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
    }

    private void readData(int streamId, int flags, int length) throws IOException {
        @Nullable SpdyStream stream = streams.get(streamId);
        byte[] chunk = new byte[Math.min(length, CHUNK)];
        int left = length;
        while (left > 0) {
            int count = in.read(chunk, 0, Math.min(left, chunk.length));
            if (count < 0) {
                throw new EOFException("the connection ended within a frame");
            }
            left -= count;
            if (stream != null) {
                stream.received(chunk, count);
            }
        }
        if (stream != null && (flags & Frames.FLAG_FIN) != 0) {
            stream.receivedEnd();
        }
    }

    /** Spec: numbers of a client's streams are odd and grow. */
    void opened(int id, int flags, Map<String, String> headers, Acceptor acceptor) throws IOException {
        if (id % 2 == 0 || id <= lastStream) {
            out.control(Frames.reset(id, ResetStatus.PROTOCOL_ERROR));
            return;
        }
        lastStream = id;
        var stream = new SpdyStream(this, id, memory);
        streams.put(id, stream);
        if ((flags & Frames.FLAG_FIN) != 0) {
            stream.receivedEnd();
        }
        if (acceptor.accept(stream, headers)) {
            reply(id);
            stream.answered();
        } else {
            stream.refuse();
        }
    }

    /** Replies go out in the order in which their header blocks were encoded. */
    private void reply(int id) throws IOException {
        replies.lock();
        try {
            out.control(Frames.synReply(id, emptyHeaders.next()));
        } finally {
            replies.unlock();
        }
    }

    void headers(int streamId, int flags) {
        @Nullable SpdyStream stream = streams.get(streamId & STREAM_MASK);
        if (stream != null && (flags & Frames.FLAG_FIN) != 0) {
            stream.receivedEnd();
        }
    }

    void resetByClient(int streamId) {
        @Nullable SpdyStream stream = streams.get(streamId & STREAM_MASK);
        if (stream != null) {
            stream.receivedReset("the client gave the stream up");
        }
    }

    /** Sends a ping, of whose answer nothing is expected: the connection fails where the client has gone. By the reading thread. */
    void ask() throws IOException {
        lastPing += 2;
        out.control(Frames.ping(lastPing));
    }

    /** Spec: an odd number is the client's question; an even one answers {@link #ask}. */
    void ping(int id) throws IOException {
        if (id % 2 != 0) {
            out.control(Frames.ping(id));
        }
    }

    void sendData(int stream, int flags, byte[] bytes, int offset, int length) throws IOException {
        out.payload(Frames.dataHeader(stream, flags, length), bytes, offset, length);
    }

    /** A client that cannot be told any more has gone. */
    void sendQuietly(byte[] frame) {
        try {
            out.control(frame);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "a client that is gone was not told: " + e.getMessage());
        }
    }

    void forget(SpdyStream stream) {
        streams.remove(stream.id(), stream);
    }

    /** Gives up all streams and says that the connection ends. */
    public void goAway() {
        streams().forEach(SpdyStream::reset);
        sendQuietly(Frames.goAway(lastStream));
    }

    static int headerFields() {
        return SYN_STREAM_FIELDS;
    }
}
