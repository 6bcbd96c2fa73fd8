package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.target.Trait;
import io.crius.client.stream.Wants;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms in which sessions are asked for less often: text alone, terminals over SPDY, a pod's own network over SPDY. */
@Timeout(180)
class StreamFormsIT {
    @RegisterExtension
    static final Node node = new Node();

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(31).nextBytes(bytes);
        return bytes;
    }

    private static String idle() throws IOException {
        return node.run(node.runPod("web"), node.idle("main"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            base64.channel.k8s.io    | exit status 6
            v4.base64.channel.k8s.io | {"reason":"ExitCode","message":"6"}]}}
            """)
    void commandsAreReachedByTextAlone(String protocol, String ending) throws Exception {
        byte[] bytes = random(100_003);
        String url = node.streams().execUrl(idle(), Wants.ALL, "sh", "-c", "head -c 100003; echo err >&2; exit 6");
        try (TextChannels client = TextChannels.open(url, protocol)) {
            assertThat(client.protocol()).isEqualTo(protocol);
            for (int from = 0; from < bytes.length; from += 10_000) {
                client.send(0, java.util.Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + 10_000)));
            }
            assertThat(client.await(1, bytes.length)).isEqualTo(bytes);
            client.awaitText(2, "err\n");
            client.awaitText(3, ending);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8080, 8081})
    void portsAreReachedByTextAlone(int port) throws Exception {
        Pod pod = listening();
        try (TextChannels client =
                TextChannels.open(node.streams().forwardUrl(pod.id(), port), "v4.base64.channel.k8s.io")) {
            byte[] number = {(byte) port, (byte) (port >> 8)};
            assertThat(client.await(0, 2)).isEqualTo(number);
            assertThat(client.await(1, 2)).isEqualTo(number);
            client.send(0, ascii("GET /page HTTP/1.0\r\n\r\n"));
            client.awaitText(0, "page\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v3.channel.k8s.io", "v4.channel.k8s.io"})
    void aTerminalOverSpdyHasKeysAndSizes(String protocol) throws Exception {
        String script =
                "echo up; until [ \"$(stty size)\" = '41 101' ]; do sleep 0.1; done; read line; echo it is $line; exit 3";
        String url = node.streams().execUrl(idle(), Wants.TERMINAL, "sh", "-c", script);
        try (SpdyPeer peer = SpdyPeer.open(url, protocol)) {
            SpdyPeer.Opened ids = peer.openAll("error", "stdin", "stdout", "resize");
            peer.data(ids.id("resize"), ascii("{\"Width\":80,\"Height\":24}"), false);
            SpdyPeer.Stream output = peer.stream(ids.id("stdout"));
            Await.until("the command runs", Node.LIMIT, () -> output.text().startsWith("up\r\n"));
            peer.data(ids.id("resize"), ascii("{\"Width\":101,\"Height\":41}"), false);
            peer.data(ids.id("stdin"), ascii("typed\r"), false);
            assertThat(peer.awaitEnd(ids.id("error"), Node.LIMIT))
                    .contains(protocol.startsWith("v4") ? "\"message\":\"3\"" : "exit status 3");
            assertThat(output.text()).endsWith("it is typed\r\n");
        }
    }

    /** A pod with its own network, that serves a page to IPv4 at port 8080 and to IPv6 at port 8081. */
    private static Pod listening() throws Exception {
        Pod pod = node.runPod("web");
        String id = node.run(
                pod,
                node.shell(
                        "main",
                        "echo page > /tmp/page; busybox httpd -p 127.0.0.1:8080 -h /tmp;"
                                + " busybox httpd -p [::1]:8081 -h /tmp; exec sleep 1000"));
        node.awaitListening(id, 8080, 8081);
        return pod;
    }

    @Test
    void thePodsOwnNetworkIsReachedOverSpdy() throws Exception {
        Pod pod = listening();
        try (SpdyPeer peer = SpdyPeer.open(node.streams().forwardUrl(pod.id()), "portforward.k8s.io")) {
            pages(peer);
        }
    }

    @Test
    @Needs(Trait.ENDS_INPUT_OF_WEBSOCKETS)
    void thePodsOwnNetworkIsReachedThroughATunnel() throws Exception {
        Pod pod = listening();
        try (SpdyPeer peer = SpdyPeer.tunnelled(node.streams().forwardUrl(pod.id()), "SPDY/3.1+portforward.k8s.io")) {
            pages(peer);
        }
    }

    private static void pages(SpdyPeer peer) throws Exception {
        for (String port : List.of("8080", "8081")) {
            int error = peer.open(true, "streamtype", "error", "port", port, "requestid", port);
            int data = peer.open(false, "streamtype", "data", "port", port, "requestid", port);
            peer.data(data, ascii("GET /page HTTP/1.0\r\n\r\n"), false);
            assertThat(peer.awaitEnd(data, Node.LIMIT)).contains("200 OK").endsWith("page\n");
            peer.data(data, new byte[0], true);
            assertThat(peer.awaitEnd(error, Node.LIMIT)).isEmpty();
        }
    }
}
