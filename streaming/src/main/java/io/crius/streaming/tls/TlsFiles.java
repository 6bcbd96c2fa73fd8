package io.crius.streaming.tls;

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
