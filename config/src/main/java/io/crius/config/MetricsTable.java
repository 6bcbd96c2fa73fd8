package io.crius.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code [crio.metrics]}: the Prometheus endpoint. */
public record MetricsTable(Settings settings) {
    public static final Option<Boolean> ENABLE_METRICS =
            Option.of("enable_metrics", ValueType.BOOL, false, "Whether metrics are served.");
    public static final Option<List<String>> METRICS_COLLECTORS = Option.of(
            "metrics_collectors", ValueType.STRINGS, List.<String>of(), "The metrics to collect; empty is all.");
    public static final Option<String> METRICS_HOST =
            Option.of("metrics_host", ValueType.STRING, "127.0.0.1", "The address of the metrics server.");
    public static final Option<Long> METRICS_PORT =
            Option.of("metrics_port", ValueType.integer(0, 65_535), 9_090L, "The port of the metrics server.");
    public static final Option<Optional<Path>> METRICS_SOCKET = Option.of(
            "metrics_socket",
            ValueType.OPTIONAL_PATH,
            Optional.<Path>empty(),
            "A unix socket that serves metrics as well.");
    public static final Option<Optional<Path>> METRICS_CERT = Option.of(
            "metrics_cert",
            ValueType.OPTIONAL_PATH,
            Optional.<Path>empty(),
            "The metrics server's certificate; made when neither it nor the key exists.");
    public static final Option<Optional<Path>> METRICS_KEY = Option.of(
            "metrics_key", ValueType.OPTIONAL_PATH, Optional.<Path>empty(), "The metrics server's private key.");

    static final TableSchema SCHEMA = TableSchema.of(
            "crio.metrics",
            "The Prometheus endpoint.",
            ENABLE_METRICS,
            METRICS_COLLECTORS,
            METRICS_HOST,
            METRICS_PORT,
            METRICS_SOCKET,
            METRICS_CERT,
            METRICS_KEY);

    public boolean enableMetrics() {
        return settings.get(ENABLE_METRICS);
    }

    public List<String> metricsCollectors() {
        return settings.get(METRICS_COLLECTORS);
    }

    public String metricsHost() {
        return settings.get(METRICS_HOST);
    }

    public long metricsPort() {
        return settings.get(METRICS_PORT);
    }

    public Optional<Path> metricsSocket() {
        return settings.get(METRICS_SOCKET);
    }

    public Optional<Path> metricsCert() {
        return settings.get(METRICS_CERT);
    }

    public Optional<Path> metricsKey() {
        return settings.get(METRICS_KEY);
    }
}
