package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.target.Trait;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The metrics that Prometheus fetches. */
@Needs(Trait.READS_CRIO_CONF)
class MetricsIT {
    private static final Path SOCKET =
            Path.of("/tmp/crius-metrics-" + ProcessHandle.current().pid() + ".sock");

    @RegisterExtension
    static final Node node = new Node("""
            [crio.metrics]
            enable_metrics = true
            metrics_port = 0
            metrics_socket = "%s"
            """.formatted(SOCKET));

    private static String metrics() throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(SOCKET))) {
            channel.write(
                    ByteBuffer.wrap("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void callsAndKillsForWantOfMemoryAreCounted() throws Exception {
        String id = node.run(
                node.runPod("web"),
                node.shell("main", "exec tail /dev/zero")
                        .resources(r -> r.setMemoryLimitInBytes(16 << 20).setMemorySwapLimitInBytes(16 << 20)));
        node.awaitExit(id);
        Grpc.failure(() -> node.containers().status("f".repeat(64)));
        assertThat(metrics())
                .startsWith("HTTP/1.1 200 OK")
                .contains("container_runtime_crio_operations_total{operation=\"RunPodSandbox\"} 1\n")
                .contains("container_runtime_crio_operations_errors_total{operation=\"ContainerStatus\"} 1\n")
                .contains("container_runtime_crio_containers_oom_total 1\n")
                .contains("container_runtime_crio_containers_oom_count_total{name=\"k8s_main_")
                .contains("container_runtime_crio_operations_latency_seconds_total{operation=\"RunPodSandbox\","
                        + "quantile=\"0.99\"} ")
                .containsPattern("container_runtime_crio_image_pulls_success_total [1-9]")
                .contains("container_runtime_crio_default_runtime{runtime=");
    }
}
