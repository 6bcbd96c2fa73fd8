package io.crius.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.streaming.session.Ending;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StreamingServerTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final StreamingServer server = StreamingServer.open(
            new StreamingSettings(Optional.of(LOOPBACK), 0, Duration.ofMinutes(5), Optional.empty()));

    @AfterEach
    void close() {
        server.close();
    }

    /** What a WebSocket got: text as it is, binary as channel and text; at the end its code. */
    private static final class Received implements WebSocket.Listener {
        private final LinkedBlockingQueue<String> messages = new LinkedBlockingQueue<>();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            messages.add(data.toString());
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
            messages.add(data.get() + StandardCharsets.ISO_8859_1.decode(data).toString());
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            messages.add("closed " + code);
            return CompletableFuture.completedFuture(null);
        }

        String next() throws InterruptedException {
            return Optional.ofNullable(messages.poll(20, TimeUnit.SECONDS)).orElse("nothing");
        }
    }

    private static WebSocket open(HttpClient http, String url, Received received, String protocol) throws Exception {
        return http.newWebSocketBuilder()
                .subprotocols(protocol)
                .buildAsync(URI.create(url.replaceFirst("http", "ws")), received)
                .get();
    }

    @Test
    void webSocketsCarryChannelsAndEndWithAStatus() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var received = new Received();
            WebSocket socket =
                    open(http, server.exec(FakeTargets.ALL, FakeTargets.echo()), received, "v5.channel.k8s.io");
            assertThat(received.next()).isEqualTo("1");
            socket.sendBinary(ByteBuffer.wrap(new byte[] {0, 'h', 'i'}), true).get();
            assertThat(received.next()).isEqualTo("1hi");
            socket.sendBinary(ByteBuffer.wrap(new byte[] {(byte) 0xFF, 0}), true)
                    .get();
            assertThat(received.next()).isEqualTo("3{\"status\":\"Success\"}");
            assertThat(received.next()).isEqualTo("closed 1000");
        }
    }

    @Test
    void base64IsForClientsThatHaveTextAlone() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var received = new Received();
            WebSocket socket = open(
                    http,
                    server.exec(FakeTargets.ALL, streams -> {
                        streams.stdout().write(streams.stdin().readNBytes(5));
                        return new Ending.Exited(7);
                    }),
                    received,
                    "v4.base64.channel.k8s.io");
            assertThat(received.next()).isEqualTo("1");
            socket.sendText("0aGVsbG8=", true).get();
            assertThat(received.next()).isEqualTo("1aGVsbG8=");
            assertThat(received.next()).startsWith("3");
        }
    }

    @Test
    void aSessionIsInterruptedWhenItsClientHasGone() throws Exception {
        var begun = new CountDownLatch(1);
        var ended = new CompletableFuture<String>();
        String url = server.exec(FakeTargets.ALL, _ -> {
            begun.countDown();
            try {
                Thread.sleep(Duration.ofMinutes(1));
                ended.complete("slept");
            } catch (InterruptedException e) {
                ended.complete("interrupted");
                throw e;
            }
            return new Ending.Success();
        });
        try (HttpClient http = HttpClient.newHttpClient()) {
            WebSocket socket = open(http, url, new Received(), "v4.channel.k8s.io");
            begun.await();
            socket.abort();
            assertThat(ended.get(20, TimeUnit.SECONDS)).isEqualTo("interrupted");
        }
    }

    @Test
    void aClientThatLeavesWhileNobodyTakesItsInputIsNoticed() throws Exception {
        var ended = new CompletableFuture<String>();
        String url = server.exec(FakeTargets.ALL, _ -> {
            try {
                Thread.sleep(Duration.ofMinutes(1));
                ended.complete("slept");
            } catch (InterruptedException e) {
                ended.complete("interrupted");
                throw e;
            }
            return new Ending.Success();
        });
        try (var channel = SocketChannel.open(
                new InetSocketAddress(LOOPBACK, URI.create(url).getPort()))) {
            upgrade(channel.socket(), url);
            channel.configureBlocking(false);
            assertThat(fill(channel)).isGreaterThan(1 << 16);
        }
        assertThat(ended.get(20, TimeUnit.SECONDS)).isEqualTo("interrupted");
    }

    /** Sends input until the server has taken none for a while; returns how much it took. */
    private static long fill(SocketChannel channel) throws Exception {
        byte[] frame = new byte[8 + 10_000];
        // A binary message of 10,000 bytes for channel 0; its mask is zero.
        System.arraycopy(new byte[] {(byte) 0x82, (byte) 0xFE, 10_000 >> 8, (byte) 10_000}, 0, frame, 0, 4);
        ByteBuffer rest = ByteBuffer.wrap(frame);
        long sent = 0;
        try (Selector selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_WRITE);
            while (selector.select(500) > 0) {
                selector.selectedKeys().clear();
                sent += channel.write(rest);
                if (!rest.hasRemaining()) {
                    rest.rewind();
                }
            }
        }
        return sent;
    }

    @Test
    void whatFailsIsTold() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var received = new Received();
            open(
                    http,
                    server.attach(FakeTargets.ALL, _ -> {
                        throw new CriusException.FailedPrecondition("no monitor");
                    }),
                    received,
                    "channel.k8s.io");
            assertThat(received.next()).isEqualTo("1");
            assertThat(received.next()).isEqualTo("3Internal error occurred: error attaching to container: no monitor");
        }
    }

    /** Spec: RFC 6455, section 5.2: empty frames; those of clients have a mask. */
    private static final byte[] PING = {(byte) 0x89, (byte) 0x80, 1, 2, 3, 4};

    private static final int PONG = 0x8a;

    /** Other frames come before it: each channel is opened by one. */
    private static void awaitPong(InputStream in) throws IOException {
        int head = 0;
        while (head != PONG) {
            head = in.read();
            assertThat(head).as("the session goes on").isPositive();
            in.skipNBytes(in.read());
        }
    }

    @Test
    void silenceEndsASession() throws Exception {
        var settings = new StreamingSettings(Optional.of(LOOPBACK), 0, Duration.ofMillis(300), Optional.empty());
        try (var impatient = StreamingServer.open(settings);
                Socket socket = upgraded(impatient.exec(FakeTargets.ALL, FakeTargets.echo()))) {
            socket.setSoTimeout(20_000);
            InputStream in = socket.getInputStream();
            for (int i = 0; i < 10; i++) {
                // A third of the limit passes between two frames, and three times the limit in all.
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
                socket.getOutputStream().write(PING);
                awaitPong(in);
            }
            long silent = System.nanoTime();
            assertThat(in.readAllBytes()).isNotNull();
            assertThat(Duration.ofNanos(System.nanoTime() - silent))
                    .isBetween(Duration.ofMillis(200), Duration.ofSeconds(10));
        }
    }

    /** A WebSocket by hand, to be left alone. */
    private static Socket upgraded(String url) throws IOException {
        URI uri = URI.create(url);
        return upgrade(new Socket(uri.getHost(), uri.getPort()), url);
    }

    private static Socket upgrade(Socket socket, String url) throws IOException {
        URI uri = URI.create(url);
        socket.getOutputStream()
                .write(("GET " + uri.getPath() + " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive,"
                                + " Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        // Spec: the example of RFC 6455, section 1.3.
        assertThat(head)
                .startsWith("HTTP/1.1 101 ")
                .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                .doesNotContain("Sec-WebSocket-Protocol");
        return socket;
    }

    @Test
    void whatIsNoWebSocketIsRefusedWithTheReason() throws Exception {
        assertThat(answer("GET", "Sec-WebSocket-Key: x"))
                .startsWith("HTTP/1.1 400 ")
                .contains("Sec-WebSocket-Version: 13");
        assertThat(answer("GET", "Sec-WebSocket-Version: 13")).startsWith("HTTP/1.1 400 ");
        assertThat(answer("POST", "Sec-WebSocket-Version: 13")).startsWith("HTTP/1.1 405 ");
        assertThat(answer("GET", "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Protocol: y"))
                .startsWith("HTTP/1.1 403 ");
    }

    private String answer(String method, String headers) throws IOException {
        URI uri = URI.create(server.exec(FakeTargets.ALL, FakeTargets.echo()));
        return raw(
                uri,
                method + " " + uri.getPath() + " HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" + headers
                        + "\r\n\r\n");
    }

    @Test
    void whatIsNoRequestIsRefused() throws Exception {
        URI uri = URI.create(server.exec(FakeTargets.ALL, FakeTargets.echo()));
        assertThat(raw(uri, "hello\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(raw(uri, "GET / HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 404 ")
                .endsWith("404 page not found\n");
        assertThat(raw(uri, "GET " + uri.getPath() + "x HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 404 ");
    }

    private static String raw(URI uri, String request) throws IOException {
        try (var socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void aPortThatIsTakenIsAnErrorOfTheStart() throws IOException {
        try (var taken = new ServerSocket(0, 1, LOOPBACK)) {
            var settings = new StreamingSettings(
                    Optional.of(LOOPBACK), taken.getLocalPort(), Duration.ofMinutes(1), Optional.empty());
            assertThatThrownBy(() -> StreamingServer.open(settings))
                    .isInstanceOf(CriusException.Failed.class)
                    .hasMessageContaining("stream_port");
        }
    }

    @Test
    void everyAddressIsWrittenAsKubeletExpects() {
        try (var all = StreamingServer.open(
                new StreamingSettings(Optional.empty(), 0, Duration.ofMinutes(1), Optional.empty()))) {
            assertThat(all.forward(List.of(1), FakeTargets.node())).matches("http://\\[::]:\\d+/portforward/.{24}");
        }
    }

    @Test
    void aClosedServerEndsItsSessionsAndPromisesNoMore() throws Exception {
        try (Socket socket = upgraded(server.exec(FakeTargets.ALL, FakeTargets.echo()))) {
            server.close();
            socket.setSoTimeout(20_000);
            assertThat(socket.getInputStream().readAllBytes()).isNotNull();
        }
        assertThatThrownBy(() -> server.exec(FakeTargets.ALL, FakeTargets.echo()))
                .isInstanceOf(CriusException.Unavailable.class);
    }
}
