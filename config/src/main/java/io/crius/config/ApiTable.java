package io.crius.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code [crio.api]}: the CRI socket and the streaming server. */
public record ApiTable(Settings settings) {
    private static final long DEFAULT_MESSAGE_SIZE = 80L * 1024 * 1024;

    public static final Option<Path> LISTEN = Option.of(
            "listen", ValueType.PATH, Path.of("/run/crius/crius.sock"), "The unix socket that serves the CRI.");
    public static final Option<String> STREAM_ADDRESS = Option.of(
            "stream_address",
            ValueType.STRING,
            "127.0.0.1",
            "The address the streaming server for exec, attach and port-forward listens on.");
    public static final Option<Integer> STREAM_PORT =
            Option.of("stream_port", ValueType.PORT_TEXT, 0, "The port of the streaming server; 0 takes a free one.");
    public static final Option<Boolean> STREAM_ENABLE_TLS =
            Option.of("stream_enable_tls", ValueType.BOOL, false, "Whether the streaming server speaks TLS.");
    public static final Option<Optional<Path>> STREAM_TLS_CERT = Option.of(
            "stream_tls_cert", ValueType.OPTIONAL_PATH, Optional.<Path>empty(), "The streaming server's certificate.");
    public static final Option<Optional<Path>> STREAM_TLS_KEY = Option.of(
            "stream_tls_key", ValueType.OPTIONAL_PATH, Optional.<Path>empty(), "The streaming server's private key.");
    public static final Option<Optional<Path>> STREAM_TLS_CA = Option.of(
            "stream_tls_ca",
            ValueType.OPTIONAL_PATH,
            Optional.<Path>empty(),
            "The certificate authority that clients of the streaming server must come from; empty asks for no client certificate.");
    public static final Option<Duration> STREAM_IDLE_TIMEOUT = Option.of(
            "stream_idle_timeout",
            ValueType.DURATION,
            Duration.ZERO,
            "How long a stream may be silent; zero is the library's four hours.");
    public static final Option<TlsVersion> TLS_MIN_VERSION = Option.of(
            "tls_min_version",
            ValueType.choice(List.of(TlsVersion.values()), TlsVersion::word),
            TlsVersion.TLS12,
            "The oldest TLS version of the streaming and metrics servers.");
    public static final Option<List<String>> TLS_CIPHER_SUITES = Option.of(
            "tls_cipher_suites",
            ValueType.STRINGS,
            List.<String>of(),
            "TLS 1.2 cipher suites by their standard names; empty leaves the choice to the JDK.");
    public static final Option<Long> GRPC_MAX_SEND_MSG_SIZE = Option.of(
            "grpc_max_send_msg_size",
            ValueType.integer(Integer.MIN_VALUE, Integer.MAX_VALUE),
            DEFAULT_MESSAGE_SIZE,
            "The largest gRPC message sent, in bytes; zero or less is the default.");
    public static final Option<Long> GRPC_MAX_RECV_MSG_SIZE = Option.of(
            "grpc_max_recv_msg_size",
            ValueType.integer(Integer.MIN_VALUE, Integer.MAX_VALUE),
            DEFAULT_MESSAGE_SIZE,
            "The largest gRPC message received, in bytes; zero or less is the default.");

    static final TableSchema SCHEMA = TableSchema.of(
            "crio.api",
            "The CRI socket and the streaming server.",
            LISTEN,
            STREAM_ADDRESS,
            STREAM_PORT,
            STREAM_ENABLE_TLS,
            STREAM_TLS_CERT,
            STREAM_TLS_KEY,
            STREAM_TLS_CA,
            STREAM_IDLE_TIMEOUT,
            TLS_MIN_VERSION,
            TLS_CIPHER_SUITES,
            GRPC_MAX_SEND_MSG_SIZE,
            GRPC_MAX_RECV_MSG_SIZE);

    public Path listen() {
        return settings.get(LISTEN);
    }

    public String streamAddress() {
        return settings.get(STREAM_ADDRESS);
    }

    public int streamPort() {
        return settings.get(STREAM_PORT);
    }

    public boolean streamEnableTls() {
        return settings.get(STREAM_ENABLE_TLS);
    }

    public Optional<Path> streamTlsCert() {
        return settings.get(STREAM_TLS_CERT);
    }

    public Optional<Path> streamTlsKey() {
        return settings.get(STREAM_TLS_KEY);
    }

    public Optional<Path> streamTlsCa() {
        return settings.get(STREAM_TLS_CA);
    }

    public Duration streamIdleTimeout() {
        return settings.get(STREAM_IDLE_TIMEOUT);
    }

    public TlsVersion tlsMinVersion() {
        return settings.get(TLS_MIN_VERSION);
    }

    public List<String> tlsCipherSuites() {
        return settings.get(TLS_CIPHER_SUITES);
    }

    /** In bytes, above zero. */
    public int grpcMaxSendMsgSize() {
        return messageSize(settings.get(GRPC_MAX_SEND_MSG_SIZE));
    }

    /** In bytes, above zero. */
    public int grpcMaxRecvMsgSize() {
        return messageSize(settings.get(GRPC_MAX_RECV_MSG_SIZE));
    }

    private static int messageSize(long configured) {
        return Math.toIntExact(configured <= 0 ? DEFAULT_MESSAGE_SIZE : configured);
    }
}
