package io.crius.acceptance;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyGoAwayFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.SocketFactory;

/**
 * A SPDY/3.1 client whose frames and header compression are Netty's: what it understands was not made to fit by the one who made
 * the server. Streams are opened and closed as Kubernetes' clients do.
 */
final class SpdyPeer implements AutoCloseable {
    private final Closeable connection;
    private final InputStream in;
    private final OutputStream out;
    private final EmbeddedChannel encoder = codec();
    private final Map<Integer, Stream> streams = new ConcurrentHashMap<>();
    private final Thread reader;
    private final String answer;
    private int nextStream = 1;
    private volatile int lastPing;
    private volatile boolean goAway;
    private volatile boolean closed;

    /** What came on one stream; its fields are guarded by itself. */
    static final class Stream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean replied;
        private boolean ended;
        private boolean reset;

        synchronized String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }

        synchronized byte[] bytes() {
            return bytes.toByteArray();
        }

        synchronized boolean isReplied() {
            return replied;
        }

        synchronized boolean isOver() {
            return ended || reset;
        }

        synchronized boolean isReset() {
            return reset;
        }

        synchronized boolean isEnded() {
            return ended;
        }
    }

    private SpdyPeer(Closeable connection, InputStream in, OutputStream out, String answer) {
        this.connection = connection;
        this.answer = answer;
        this.in = in;
        this.out = out;
        this.reader = Thread.ofVirtual().unstarted(this::read);
    }

    private static EmbeddedChannel codec() {
        return new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
    }

    /** Upgrades a connection to the URL; where the server refuses, {@link #answer} says so and nothing else works. */
    static SpdyPeer open(String url, String... protocols) throws IOException {
        return open(SocketFactory.getDefault(), url, protocols);
    }

    /** The same on sockets of a kind. */
    static SpdyPeer open(SocketFactory sockets, String url, String... protocols) throws IOException {
        URI uri = URI.create(url);
        Socket socket = sockets.createSocket(uri.getHost(), uri.getPort());
        socket.setTcpNoDelay(true);
        var head = new StringBuilder("POST " + uri.getPath() + " HTTP/1.1\r\nHost: node\r\n"
                + "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\n");
        for (String protocol : protocols) {
            head.append("X-Stream-Protocol-Version: ").append(protocol).append("\r\n");
        }
        socket.getOutputStream().write((head + "\r\n").getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        var peer = new SpdyPeer(socket, in, socket.getOutputStream(), head(in));
        if (peer.answer.startsWith("HTTP/1.1 101 ")) {
            peer.reader.start();
        }
        return peer;
    }

    /** Frames in the messages of a WebSocket, as kubectl's port-forward sends them. */
    static SpdyPeer tunnelled(String url, String protocol) throws IOException {
        return tunnelled(SocketFactory.getDefault(), url, protocol);
    }

    /** The same on sockets of a kind. */
    static SpdyPeer tunnelled(SocketFactory sockets, String url, String protocol) throws IOException {
        var tunnel = WebSocketTunnel.open(sockets, url, protocol);
        var peer = new SpdyPeer(tunnel, tunnel.input(), tunnel.output(), tunnel.answer());
        peer.reader.start();
        return peer;
    }

    /** The head of an HTTP answer. */
    static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int value = in.read();
            if (value < 0) {
                break;
            }
            head.append((char) value);
        }
        return head.toString();
    }

    String answer() {
        return answer;
    }

    private void read() {
        byte[] buffer = new byte[32 << 10];
        EmbeddedChannel decoder = codec();
        try {
            int count = in.read(buffer);
            while (count >= 0) {
                decoder.writeInbound(Unpooled.copiedBuffer(buffer, 0, count));
                Object frame = decoder.readInbound();
                while (frame != null) {
                    accept(frame);
                    frame = decoder.readInbound();
                }
                count = in.read(buffer);
            }
        } catch (IOException _) {
            // closed by either end
        } finally {
            closed = true;
        }
    }

    private void accept(Object frame) {
        switch (frame) {
            case SpdySynReplyFrame reply -> {
                Stream stream = stream(reply.streamId());
                synchronized (stream) {
                    stream.replied = !reply.isInvalid() && reply.headers().isEmpty();
                }
            }
            case SpdyDataFrame data -> {
                Stream stream = stream(data.streamId());
                synchronized (stream) {
                    byte[] bytes = new byte[data.content().readableBytes()];
                    data.content().readBytes(bytes);
                    stream.bytes.writeBytes(bytes);
                    stream.ended |= data.isLast();
                }
                data.release();
            }
            case SpdyRstStreamFrame reset -> {
                Stream stream = stream(reset.streamId());
                synchronized (stream) {
                    stream.reset = true;
                }
            }
            case SpdyPingFrame ping -> lastPing = ping.id();
            case SpdyGoAwayFrame _ -> goAway = true;
            default -> {}
        }
    }

    Stream stream(int id) {
        return streams.computeIfAbsent(id, _ -> new Stream());
    }

    /** Opens a stream; {@code headers} are names and values in turn. */
    int open(boolean last, String... headers) throws IOException {
        int id = nextStream;
        nextStream += 2;
        var frame = new DefaultSpdySynStreamFrame(id, 0, (byte) 0);
        frame.setLast(last);
        for (int i = 0; i < headers.length; i += 2) {
            frame.headers().set(headers[i], headers[i + 1]);
        }
        send(frame);
        return id;
    }

    /** Opens both streams of a connection to a port; the one for its data, whose errors nobody looks at. */
    int forward(String port, String request) throws IOException {
        open(true, "streamtype", "error", "port", port, "requestid", request);
        return open(false, "streamtype", "data", "port", port, "requestid", request);
    }

    /** Streams by their types. */
    record Opened(Map<String, Integer> ids) {
        int id(String type) {
            return Optional.ofNullable(ids.get(type)).orElseThrow();
        }
    }

    /** Opens the streams of an exec or attach, by their types. */
    Opened openAll(String... types) throws IOException {
        Map<String, Integer> ids = new LinkedHashMap<>();
        for (String type : types) {
            ids.put(type, open(false, "streamtype", type));
        }
        return new Opened(ids);
    }

    void data(int stream, byte[] bytes, boolean last) throws IOException {
        var frame = new DefaultSpdyDataFrame(stream, Unpooled.wrappedBuffer(bytes));
        frame.setLast(last);
        send(frame);
    }

    void reset(int stream) throws IOException {
        send(new DefaultSpdyRstStreamFrame(stream, SpdyStreamStatus.CANCEL));
    }

    void ping(int id) throws IOException {
        send(new DefaultSpdyPingFrame(id));
    }

    int lastPing() {
        return lastPing;
    }

    boolean wentAway() {
        return goAway && closed;
    }

    private synchronized void send(Object frame) throws IOException {
        encoder.writeOutbound(frame);
        var bytes = new ByteArrayOutputStream();
        Optional<ByteBuf> next = Optional.ofNullable(encoder.readOutbound());
        while (next.isPresent()) {
            next.get().readBytes(bytes, next.get().readableBytes());
            next.get().release();
            next = Optional.ofNullable(encoder.readOutbound());
        }
        out.write(bytes.toByteArray());
    }

    /** Waits until the server has ended the stream, and gives what came on it. */
    String awaitEnd(int stream, Duration limit) throws Exception {
        io.crius.acceptance.process.Await.until(
                "stream " + stream + " ends", limit, () -> stream(stream).isOver() || closed);
        return stream(stream).text();
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
