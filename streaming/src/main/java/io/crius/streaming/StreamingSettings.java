package io.crius.streaming;

import io.crius.config.ApiTable;
import io.crius.streaming.tls.TlsFiles;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * How the streaming server is reached.
 *
 * @param address empty is every address of the node
 * @param port 0 takes a free one when it is first needed
 * @param idle how long nothing may go either way
 * @param tls empty where clients come without
 */
public record StreamingSettings(Optional<InetAddress> address, int port, Duration idle, Optional<TlsFiles> tls) {
    /** Compat: the library's limit where the configuration has none. */
    static final Duration DEFAULT_IDLE = Duration.ofHours(4);

    /** As the configuration has it. Compat: what is no literal address means every address. */
    public static StreamingSettings of(ApiTable table) {
        return new StreamingSettings(
                literal(table.streamAddress()),
                table.streamPort(),
                table.streamIdleTimeout().isPositive() ? table.streamIdleTimeout() : DEFAULT_IDLE,
                table.streamEnableTls() ? Optional.of(tls(table)) : Optional.empty());
    }

    private static Optional<InetAddress> literal(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static TlsFiles tls(ApiTable table) {
        return TlsFiles.of(
                table.streamTlsCert().orElseThrow(), table.streamTlsKey().orElseThrow(), table.streamTlsCa(), table);
    }
}
