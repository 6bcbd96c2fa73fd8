package io.crius.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.crius.model.CriusException;
import io.crius.server.explain.Leftover;
import io.crius.streaming.tls.SelfSignedCertificate;
import io.crius.streaming.tls.TlsFiles;
import io.crius.streaming.tls.TlsSockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MetricsServerTest {
    @TempDir
    Path folder;

    private MetricsServer serve(int port) {
        return new MetricsServer(
                new MetricsServer.Places(
                        "127.0.0.1", port, Optional.empty(), Optional.of(folder.resolve("m/metrics.sock"))),
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
        var out = new Exposition(ChosenMetrics.ALL);
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

    private static DaemonMetrics.Counts counts() {
        var owed = new Leftover(Leftover.Kind.OWED, "1", "pod web", "busy", 3);
        return new DaemonMetrics.Counts(
                new Operations(),
                new ContainerCounts(),
                new PullCounts(),
                new StallCounts(),
                () -> 7,
                () -> 2,
                () -> List.of(owed));
    }

    /** Names may begin with what all metrics begin with; one that is none is left out. */
    @Test
    void onlyWhatIsNamedIsCollected() {
        var collectors = ChosenMetrics.of(List.of("crio_default_runtime", "containers_oom_total", "nonsense"));
        String text = new DaemonMetrics(counts(), "crun", collectors).text();
        assertThat(text.lines().filter(line -> line.startsWith("# TYPE container_runtime_")))
                .containsExactly(
                        "# TYPE container_runtime_crio_containers_oom_total counter",
                        "# TYPE container_runtime_crio_default_runtime gauge");
        assertThat(text.lines().filter(line -> line.startsWith("container_runtime_")))
                .hasSize(2);
        assertThat(text).contains("process_open_fds");
    }

    @Test
    void quantilesAreThoseOfTheLastCalls() {
        var times = new RecentTimes();
        assertThat(times.quantiles(List.of(0.5))).isEmpty();
        for (int i = 1; i <= 612; i++) {
            times.add(i);
        }
        assertThat(times.quantiles(List.of(0.5, 0.9, 0.99)))
                .containsExactly(entry(0.5, 356L), entry(0.9, 561L), entry(0.99, 607L));
    }

    @Test
    void pullsStallsAndLostMonitorsAreCounted() {
        DaemonMetrics.Counts counts = counts();
        counts.pulls().succeeded();
        counts.pulls().failed(new CriusException.NotFound("no such image"));
        counts.pulls().failed(new CriusException.NotFound("no such image"));
        counts.stalls().joined("sandbox network creation");
        counts.containers().monitorLost("k8s_main");
        assertThat(new DaemonMetrics(counts, "crun", ChosenMetrics.ALL).text())
                .contains(
                        "container_runtime_crio_image_pulls_success_total 1\n",
                        "container_runtime_crio_image_pulls_failure_total{error=\"NOT_FOUND\"} 2\n",
                        "container_runtime_crio_resources_stalled_at_stage{stage=\"sandbox network creation\"} 1\n",
                        "container_runtime_crio_containers_stopped_monitor_count{name=\"k8s_main\"} 1\n");
    }

    /** A client that trusts the certificate in a file, and nothing else. */
    private static String askSecurely(int port, Path certificate) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (var in = Files.newInputStream(certificate)) {
            trusted.setCertificateEntry(
                    "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        try (var client = HttpClient.newBuilder().sslContext(context).build()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    @Test
    void aCertificateIsMadeAndReadAgainWhenItChanges() throws Exception {
        Path certificate = folder.resolve("tls/cert.pem");
        Path key = folder.resolve("tls/key.pem");
        List<byte[]> address = List.of(InetAddress.getLoopbackAddress().getAddress());
        SelfSignedCertificate.makeIfMissing(certificate, key, "node-1", address);
        assertThat(Files.getPosixFilePermissions(key))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        var files = new TlsFiles(certificate, key, Optional.empty(), TlsFiles.Oldest.TLS_1_3, List.of());
        var places = new MetricsServer.Places(
                "127.0.0.1", 0, Optional.of(TlsSockets.open(files, "metrics server")), Optional.empty());
        try (var server = new MetricsServer(places, () -> "a 1\n")) {
            assertThat(askSecurely(server.port(), certificate)).isEqualTo("a 1\n");
            byte[] before = Files.readAllBytes(certificate);
            SelfSignedCertificate.makeIfMissing(certificate, key, "node-1", address);
            assertThat(Files.readAllBytes(certificate)).isEqualTo(before);

            Files.delete(certificate);
            Files.delete(key);
            SelfSignedCertificate.makeIfMissing(certificate, key, "node-1", address);
            assertThat(Files.readAllBytes(certificate)).isNotEqualTo(before);
            assertThat(askSecurely(server.port(), certificate)).isEqualTo("a 1\n");
        }
    }

    @Test
    void theDaemonTellsAboutItself() {
        String text = new DaemonMetrics(counts(), "cr\"un", ChosenMetrics.ALL).text();
        assertThat(text)
                .contains(
                        "container_runtime_leftovers{kind=\"owed\"} 1\n",
                        "container_runtime_pods_network_broken 2\n",
                        "container_runtime_leftovers{kind=\"quarantined\"} 0\n");
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
