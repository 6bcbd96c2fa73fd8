package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.target.Trait;
import io.crius.client.stream.ForwardedPort;
import io.crius.cri.v1.NamespaceMode;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connections to ports of pods. */
@Timeout(180)
class PortForwardIT {
    private static final String PROTOCOL = "portforward.k8s.io";
    /** More than what a client without anything to send has. */
    private static final Duration HALF_OPEN = Duration.ofSeconds(35);

    private static final String TUNNEL = "SPDY/3.1+portforward.k8s.io";

    @RegisterExtension
    static final Node node = new Node();

    /** A pod that gives back what it gets at port 8080, and to IPv6 a page at port 8081. */
    private static Pod echoing() throws Exception {
        Pod pod = node.runPod("echo");
        String id = node.run(
                pod,
                node.shell(
                        "main",
                        "echo page > /tmp/page; busybox httpd -p [::1]:8081 -h /tmp; exec busybox nc -ll -p 8080 -e cat"));
        node.awaitListening(id, 8080, 8081);
        return pod;
    }

    private static byte[] random(int size, int seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** A pod that needs no container to have something that listens: its network is the node's. */
    private static Pod onTheNode() throws Exception {
        return node.run(node.pod("host").network(NamespaceMode.NODE));
    }

    @Test
    @Needs(Trait.ENDS_INPUT_OF_WEBSOCKETS)
    void webSocketsCarryBytesBothWaysAndEachHalfEndsAlone() throws Exception {
        Pod pod = echoing();
        ipv6IsTriedWhereIpv4HasNoListener(pod);
        byte[] bytes = random(5_000_000, 3);
        try (ForwardedPort port = node.streams().forward(pod.id(), 8080)) {
            Thread sending = Thread.ofVirtual().start(() -> {
                try (var out = port.output()) {
                    out.write(bytes);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThat(port.input().readAllBytes()).isEqualTo(bytes);
            sending.join();
            assertThat(port.awaitError(Node.LIMIT)).isEmpty();
        }
    }

    private void ipv6IsTriedWhereIpv4HasNoListener(Pod pod) throws Exception {
        try (ForwardedPort port = node.streams().forward(pod.id(), 8081)) {
            port.output().write("GET /page HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(port.input().readAllBytes(), StandardCharsets.US_ASCII))
                    .contains("200 OK")
                    .endsWith("page\n");
        }
    }

    @Test
    void nothingListeningIsSaid() throws Exception {
        Pod pod = node.runPod("web");
        try (ForwardedPort port = node.streams().forward(pod.id(), 4242)) {
            assertThat(port.awaitError(Node.LIMIT)).contains("4242").containsIgnoringCase("connection refused");
        }
    }

    @Test
    void aPodOnTheNodesNetworkIsReached() throws Exception {
        Pod pod = onTheNode();
        try (var server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
                ForwardedPort port = node.streams().forward(pod.id(), server.getLocalPort());
                Socket client = server.accept()) {
            client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            assertThat(port.input().readNBytes(5)).isEqualTo("hello".getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Test
    void manyConnectionsGoOverOneSpdyConnection() throws Exception {
        Pod pod = onTheNode();
        try (EchoServer echo = EchoServer.start();
                SpdyPeer peer = SpdyPeer.open(node.streams().forwardUrl(pod.id(), echo.port()), PROTOCOL)) {
            manyConnections(peer, echo.port());
        }
    }

    @Test
    @Needs(Trait.ENDS_INPUT_OF_WEBSOCKETS)
    void aTunnelInAWebSocketCarriesTheSame() throws Exception {
        Pod pod = onTheNode();
        try (EchoServer echo = EchoServer.start();
                SpdyPeer peer = SpdyPeer.tunnelled(node.streams().forwardUrl(pod.id(), echo.port()), TUNNEL)) {
            assertThat(peer.answer()).startsWith("HTTP/1.1 101 ").contains("Sec-WebSocket-Protocol: " + TUNNEL);
            manyConnections(peer, echo.port());
            peer.ping(9);
            Await.until("pings are answered", Node.LIMIT, () -> peer.lastPing() == 9);
        }
    }

    private static void manyConnections(SpdyPeer peer, int number) throws Exception {
        String port = Integer.toString(number);
        List<Integer> data = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            data.add(peer.forward(port, "" + i));
        }
        for (int i = 0; i < 20; i++) {
            peer.data(data.get(i), random(100_000, i), true);
        }
        for (int i = 0; i < 20; i++) {
            peer.awaitEnd(data.get(i), Node.LIMIT);
            assertThat(peer.stream(data.get(i)).isEnded()).isTrue();
            assertThat(peer.stream(data.get(i)).bytes()).isEqualTo(random(100_000, i));
            assertThat(peer.stream(data.get(i) - 2).text()).isEmpty();
        }
    }

    @Test
    void spdySaysWhatWentWrongAndGoesOn() throws Exception {
        Pod pod = onTheNode();
        try (EchoServer server = EchoServer.start();
                SpdyPeer peer = SpdyPeer.open(node.streams().forwardUrl(pod.id()), PROTOCOL)) {
            int error = peer.open(true, "streamtype", "error", "port", "4243", "requestid", "1");
            int data = peer.open(false, "streamtype", "data", "port", "4243", "requestid", "1");
            assertThat(peer.awaitEnd(error, Node.LIMIT))
                    .contains("error forwarding port 4243 to pod " + pod.id() + ", uid : ")
                    .containsIgnoringCase("connection refused");
            Await.until(
                    "the data stream is given up",
                    Node.LIMIT,
                    () -> peer.stream(data).isReset());

            int refused = peer.open(false, "streamtype", "data", "port", "none", "requestid", "2");
            Await.until(
                    "a stream without a port is refused",
                    Node.LIMIT,
                    () -> peer.stream(refused).isReset());

            String port = Integer.toString(server.port());
            int echo = peer.forward(port, "3");
            peer.data(echo, "again".getBytes(StandardCharsets.US_ASCII), true);
            assertThat(peer.awaitEnd(echo, Node.LIMIT)).isEqualTo("again");
        }
    }

    private static Thread sending(SpdyPeer peer, int stream, byte[] bytes) {
        return Thread.ofVirtual().start(() -> {
            try {
                peer.data(stream, bytes, true);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** The other way round than usual: the pod has said all, and goes on listening. */
    @Test
    void whereThePodHasEndedItsHalfTheClientMayGoOn() throws Exception {
        Pod pod = onTheNode();
        byte[] bytes = random(2_000_000, 5);
        try (var server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
                SpdyPeer peer = SpdyPeer.open(node.streams().forwardUrl(pod.id()), PROTOCOL)) {
            String port = Integer.toString(server.getLocalPort());
            int data = peer.forward(port, "1");
            try (Socket target = server.accept()) {
                target.getOutputStream().write("that is all".getBytes(StandardCharsets.US_ASCII));
                target.shutdownOutput();
                assertThat(peer.awaitEnd(data, Node.LIMIT)).isEqualTo("that is all");

                Thread sending = sending(peer, data, bytes);
                target.setSoTimeout((int) Node.LIMIT.toMillis());
                assertThat(target.getInputStream().readAllBytes()).isEqualTo(bytes);
                sending.join();
            }
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "crius.streams.slow", matches = "true")
    void aTargetThatHasEndedItsHalfMayTakeItsTimeToRead() throws Exception {
        Pod pod = onTheNode();
        byte[] bytes = random(16_000_000, 6);
        try (var server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
                SpdyPeer peer = SpdyPeer.open(node.streams().forwardUrl(pod.id()), PROTOCOL)) {
            String port = Integer.toString(server.getLocalPort());
            int data = peer.forward(port, "1");
            try (Socket target = server.accept()) {
                target.shutdownOutput();
                peer.awaitEnd(data, Node.LIMIT);
                Thread sending = sending(peer, data, bytes);
                assertThat(sending.join(HALF_OPEN.plus(HALF_OPEN)))
                        .as("all is sent to who does not read")
                        .isFalse();
                assertThat(target.getInputStream().readAllBytes()).isEqualTo(bytes);
                sending.join();
            }
        }
    }

    /** One target that reads nothing holds up its own stream only. */
    @Test
    void aTargetThatDoesNotReadDoesNotHoldUpTheOthersOnItsConnection() throws Exception {
        Pod pod = onTheNode();
        try (var deaf = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
                EchoServer echo = EchoServer.start();
                SpdyPeer peer = SpdyPeer.open(node.streams().forwardUrl(pod.id()), PROTOCOL)) {
            String port = Integer.toString(deaf.getLocalPort());
            int stuck = peer.forward(port, "deaf");
            try (Socket _ = deaf.accept()) {
                peer.data(stuck, random(1_000_000, 1), false);
                manyConnections(peer, echo.port());
                assertThat(peer.stream(stuck).isReset()).isFalse();
            }
        }
    }

    /** More than is kept for it: it is given up, so that the others get on. */
    @Test
    void aTargetThatNeverReadsIsGivenUpWhereOthersWait() throws Exception {
        Pod pod = onTheNode();
        try (var deaf = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
                EchoServer echo = EchoServer.start();
                SpdyPeer peer = SpdyPeer.open(node.streams().forwardUrl(pod.id()), PROTOCOL)) {
            String own = Integer.toString(echo.port());
            int other = peer.forward(own, "other");
            String port = Integer.toString(deaf.getLocalPort());
            int error = peer.open(true, "streamtype", "error", "port", port, "requestid", "deaf");
            int stuck = peer.open(false, "streamtype", "data", "port", port, "requestid", "deaf");
            try (Socket _ = deaf.accept()) {
                peer.data(stuck, random(16_000_000, 1), false);

                peer.data(other, "behind it".getBytes(StandardCharsets.US_ASCII), true);
                assertThat(peer.awaitEnd(other, Node.LIMIT)).isEqualTo("behind it");
                assertThat(peer.awaitEnd(error, Node.LIMIT)).contains("was not taken for 10 s");
                assertThat(peer.stream(stuck).isReset()).isTrue();
            }
        }
    }

    @Test
    void aPodThatIsNotThereOrStoppedIsSaid() throws Exception {
        assertThat(Grpc.failure(() -> node.streams().forwardUrl("nosuchpod", 80))
                        .code())
                .isEqualTo(Status.Code.NOT_FOUND);
        Pod pod = node.runPod("stopped");
        node.pods().stop(pod.id());
        assertThat(Grpc.failure(() -> node.streams().forwardUrl(pod.id(), 80)).message())
                .contains("not running");
    }

    @Test
    void aStreamThatTheClientGivesUpClosesTheConnectionInThePod() throws Exception {
        Pod pod = onTheNode();
        try (var server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
                SpdyPeer peer = SpdyPeer.open(node.streams().forwardUrl(pod.id()), PROTOCOL)) {
            String port = Integer.toString(server.getLocalPort());
            int data = peer.forward(port, "1");
            try (Socket client = server.accept()) {
                peer.reset(data);
                client.setSoTimeout((int) Node.LIMIT.toMillis());
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
        }
    }
}
