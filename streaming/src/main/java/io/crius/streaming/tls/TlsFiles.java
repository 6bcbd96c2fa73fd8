package io.crius.streaming.tls;

import io.crius.config.ApiTable;
import io.crius.config.TlsVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What TLS is made of.
 *
 * @param certificate the server's, with the chain to its authority
 * @param authority of clients' certificates, which are then required
 * @param cipherSuites by their standard names, for TLS 1.2; empty leaves the choice to the JDK
 */
public record TlsFiles(Path certificate, Path key, Optional<Path> authority, Oldest oldest, List<String> cipherSuites) {
    /** Of certificate and key, with what the configuration says about all servers. */
    public static TlsFiles of(Path certificate, Path key, Optional<Path> authority, ApiTable table) {
        return new TlsFiles(
                certificate,
                key,
                authority,
                table.tlsMinVersion() == TlsVersion.TLS13 ? Oldest.TLS_1_3 : Oldest.TLS_1_2,
                table.tlsCipherSuites());
    }

    /** The oldest version that is spoken. */
    public enum Oldest {
        TLS_1_2,
        TLS_1_3;

        String[] protocols() {
            return switch (this) {
                case TLS_1_2 -> new String[] {"TLSv1.3", "TLSv1.2"};
                case TLS_1_3 -> new String[] {"TLSv1.3"};
            };
        }
    }

    public TlsFiles {
        cipherSuites = List.copyOf(cipherSuites);
    }

    List<Path> all() {
        return Stream.concat(Stream.of(certificate, key), authority.stream()).toList();
    }
}
