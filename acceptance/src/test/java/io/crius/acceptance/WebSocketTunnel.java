package io.crius.acceptance;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.net.SocketFactory;

/**
 * Another protocol's bytes in the messages of a WebSocket, whose frames are Netty's: the JDK's client does not offer names with a
 * slash. Messages have nothing in common with the frames in them: none is longer than {@value #MESSAGE} bytes.
 */
final class WebSocketTunnel implements Closeable {
    private static final int MESSAGE = 777;
    private static final int LARGEST = 1 << 20;
    private static final int CHUNK = 32 << 10;

    private final Socket socket;
    private final String answer;
    private final EmbeddedChannel decoder = new EmbeddedChannel(new WebSocket13FrameDecoder(false, false, LARGEST));
    private final EmbeddedChannel encoder = new EmbeddedChannel(new WebSocket13FrameEncoder(true));

    private WebSocketTunnel(Socket socket, String answer) {
        this.socket = socket;
        this.answer = answer;
    }

    static WebSocketTunnel open(SocketFactory sockets, String url, String protocol) throws IOException {
        URI uri = URI.create(url);
        Socket socket = sockets.createSocket(uri.getHost(), uri.getPort());
        socket.setTcpNoDelay(true);
        socket.getOutputStream().write(upgrade(uri, protocol));
        return new WebSocketTunnel(socket, SpdyPeer.head(socket.getInputStream()));
    }

    /** The request for a WebSocket. */
    static byte[] upgrade(URI uri, String protocol) {
        return ("GET " + uri.getPath() + " HTTP/1.1\r\nHost: node\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Sec-WebSocket-Protocol: " + protocol + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** The head of the server's answer. */
    String answer() {
        return answer;
    }

    InputStream input() {
        return new InputStream() {
            private InputStream message = InputStream.nullInputStream();

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int count = message.read(bytes, offset, length);
                while (count < 0) {
                    Optional<byte[]> next = nextMessage();
                    if (next.isEmpty()) {
                        return -1;
                    }
                    message = new ByteArrayInputStream(next.get());
                    count = message.read(bytes, offset, length);
                }
                return count;
            }
        };
    }

    /** Empty when the server has closed. */
    private Optional<byte[]> nextMessage() throws IOException {
        byte[] buffer = new byte[CHUNK];
        Optional<WebSocketFrame> frame = Optional.ofNullable(decoder.readInbound());
        while (frame.isEmpty()) {
            int count = socket.getInputStream().read(buffer);
            if (count < 0) {
                return Optional.empty();
            }
            decoder.writeInbound(Unpooled.copiedBuffer(buffer, 0, count));
            frame = Optional.ofNullable(decoder.readInbound());
        }
        try {
            return frame.filter(BinaryWebSocketFrame.class::isInstance).map(WebSocketTunnel::bytes);
        } finally {
            frame.get().release();
        }
    }

    private static byte[] bytes(WebSocketFrame frame) {
        byte[] bytes = new byte[frame.content().readableBytes()];
        frame.content().readBytes(bytes);
        return bytes;
    }

    OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                for (int done = 0; done < length; done += MESSAGE) {
                    int size = Math.min(MESSAGE, length - done);
                    send(new BinaryWebSocketFrame(Unpooled.copiedBuffer(bytes, offset + done, size)));
                }
            }
        };
    }

    private void send(WebSocketFrame frame) throws IOException {
        encoder.writeOutbound(frame);
        Optional<ByteBuf> next = Optional.ofNullable(encoder.readOutbound());
        while (next.isPresent()) {
            next.get().readBytes(socket.getOutputStream(), next.get().readableBytes());
            next.get().release();
            next = Optional.ofNullable(encoder.readOutbound());
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
