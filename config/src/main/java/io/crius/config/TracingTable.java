package io.crius.config;

/** {@code [crio.tracing]}: OpenTelemetry traces. */
public record TracingTable(Settings settings) {
    public static final Option<Boolean> ENABLE_TRACING = Option.of(
                    "enable_tracing", ValueType.BOOL, false, "Whether traces are exported.")
            .pending();
    public static final Option<String> TRACING_ENDPOINT = Option.of(
                    "tracing_endpoint", ValueType.STRING, "127.0.0.1:4317", "The collector, by OTLP over gRPC.")
            .pending();
    public static final Option<Long> TRACING_SAMPLING_RATE_PER_MILLION = Option.of(
                    "tracing_sampling_rate_per_million",
                    ValueType.integer(0, 1_000_000),
                    0L,
                    "How many of a million traces are kept.")
            .pending();

    static final TableSchema SCHEMA = TableSchema.of(
            "crio.tracing",
            "OpenTelemetry traces.",
            ENABLE_TRACING,
            TRACING_ENDPOINT,
            TRACING_SAMPLING_RATE_PER_MILLION);

    public boolean enableTracing() {
        return settings.get(ENABLE_TRACING);
    }

    public String tracingEndpoint() {
        return settings.get(TRACING_ENDPOINT);
    }

    public long tracingSamplingRatePerMillion() {
        return settings.get(TRACING_SAMPLING_RATE_PER_MILLION);
    }
}
