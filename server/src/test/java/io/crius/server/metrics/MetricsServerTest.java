package io.crius.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MetricsServerTest {
    @TempDir
    Path folder;

    private MetricsServer serve(int port) {
        return new MetricsServer(
                new MetricsServer.Places("127.0.0.1", port, Optional.of(folder.resolve("m/metrics.sock"))),
                () -> "a 1\n");
    }

    private static String ask(SocketAddress address, String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(address)) {
            ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void theTextIsServedOnBothPlaces() throws IOException {
        try (MetricsServer server = serve(0)) {
            for (SocketAddress address : new SocketAddress[] {
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()),
                UnixDomainSocketAddress.of(folder.resolve("m/metrics.sock"))
            }) {
                assertThat(ask(address, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"))
                        .startsWith("HTTP/1.1 200 OK\r\n")
                        .contains("Content-Type: text/plain; version=0.0.4")
                        .contains("Content-Length: 4\r\n")
                        .endsWith("\r\n\r\na 1\n");
            }
        }
        assertThat(folder.resolve("m/metrics.sock")).doesNotExist();
    }

    @Test
    void nothingElseIsServed() throws IOException {
        try (MetricsServer server = serve(0)) {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
            assertThat(ask(address, "GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 404 ");
            assertThat(ask(address, "POST /metrics HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 405 ");
            assertThat(ask(address, "nonsense\r\n\r\n")).startsWith("HTTP/1.1 400 ");
            assertThat(ask(address, "x".repeat(8_192))).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() throws IOException {
        try (MetricsServer server = serve(0)) {
            int port = server.port();
            assertThatThrownBy(() -> serve(port))
                    .isInstanceOf(CriusException.Failed.class)
                    .hasMessageContaining("serve metrics on /127.0.0.1:" + port)
                    .hasMessageEndingWith("see [crio.metrics]");
        }
    }

    @Test
    void callsAreCountedByTheirNames() {
        var operations = new Operations();
        operations.ended("StopContainer", Duration.ofMillis(1_500), Operations.End.ANSWERED);
        operations.ended("StopContainer", Duration.ofMillis(500), Operations.End.FAILED);
        operations.ended("Version", Duration.ofMillis(250), Operations.End.ANSWERED);
        var out = new Exposition();
        operations.write(out);
        assertThat(out.toString())
                .contains(
                        """
                        # TYPE container_runtime_crio_operations_total counter
                        container_runtime_crio_operations_total{operation="StopContainer"} 2
                        """,
                        "container_runtime_crio_operations_errors_total{operation=\"StopContainer\"} 1\n",
                        "container_runtime_crio_operations_errors_total{operation=\"Version\"} 0\n",
                        "container_runtime_crio_operations_latency_seconds{operation=\"StopContainer\"} 0.5\n",
                        "container_runtime_crio_operations_latency_seconds_total_sum{operation=\"StopContainer\"} 2\n",
                        "container_runtime_crio_operations_latency_seconds_total_count{operation=\"StopContainer\"} 2\n");
    }

    @Test
    void theDaemonTellsAboutItself() {
        String text = new DaemonMetrics(new Operations(), new ContainerCounts(), () -> 7, "cr\"un").text();
        assertThat(text)
                .contains(
                        "container_runtime_crio_containers_events_dropped_total 7\n",
                        "container_runtime_crio_containers_oom_total 0\n",
                        "container_runtime_crio_default_runtime{runtime=\"cr\\\"un\"} 1\n")
                .containsPattern("\nprocess_resident_memory_bytes [1-9][0-9]{6,}\n")
                .containsPattern("\nprocess_open_fds [1-9]")
                .containsPattern("\ncontainer_runtime_crio_processes_defunct [0-9]+\n");
    }
}
