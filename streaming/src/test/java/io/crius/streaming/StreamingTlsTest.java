package io.crius.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.model.CriusException;
import io.crius.streaming.tls.TlsFiles;
import io.crius.streaming.tls.TlsFiles.Oldest;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS with certificates as OpenSSL makes them; the client is the JDK's. */
@Timeout(120)
class StreamingTlsTest {
    @TempDir
    Path folder;

    @BeforeEach
    void openssl() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "needs openssl");
    }

    /** A certificate for the name, signed by its own key, in NAME.crt and NAME.key. */
    private void certificate(String name, String... kind) throws Exception {
        var words = new ArrayList<String>(List.of("/usr/bin/openssl", "req", "-x509", "-nodes", "-days", "2"));
        words.addAll(List.of(kind));
        words.addAll(List.of("-subj", "/CN=" + name, "-keyout", path(name + ".key"), "-out", path(name + ".crt")));
        openssl(words);
    }

    private void openssl(List<String> words) throws Exception {
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("openssl.log").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(folder.resolve("openssl.log")))
                .isZero();
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private StreamingServer server(String key, Optional<Path> authority, Oldest oldest, List<String> suites) {
        var files = new TlsFiles(folder.resolve("server.crt"), folder.resolve(key), authority, oldest, suites);
        return StreamingServer.open(new StreamingSettings(
                Optional.of(InetAddress.ofLiteral("127.0.0.1")), 0, Duration.ofMinutes(1), Optional.of(files)));
    }

    /** What the server shows to one who trusts everybody; the answer has to be that of the streaming server. */
    private SSLSocket connect(StreamingServer server, Optional<String> as, String... protocols) throws Exception {
        URI uri = URI.create(server.forward(List.of(80), FakeTargets.node()));
        assertThat(uri.getScheme()).isEqualTo("https");
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                as.isPresent() ? keys(as.get()).getKeyManagers() : null, new TrustManager[] {new TrustsAll()}, null);
        var socket = (SSLSocket) context.getSocketFactory().createSocket(uri.getHost(), uri.getPort());
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        socket.getOutputStream().write("GET /nothing HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                .startsWith("HTTP/1.1 404 ");
        return socket;
    }

    private KeyManagerFactory keys(String name) throws Exception {
        openssl(List.of(
                "/usr/bin/openssl",
                "pkcs12",
                "-export",
                "-in",
                path(name + ".crt"),
                "-inkey",
                path(name + ".key"),
                "-out",
                path(name + ".p12"),
                "-passout",
                "pass:secret"));
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (var in = new FileInputStream(path(name + ".p12"))) {
            store.load(in, "secret".toCharArray());
        }
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, "secret".toCharArray());
        return keys;
    }

    private static final class TrustsAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Test
    void keysOfAllFormsAreRead() throws Exception {
        certificate("server", "-newkey", "rsa:2048");
        openssl(List.of("/usr/bin/openssl", "rsa", "-traditional", "-in", path("server.key"), "-out", path("old.key")));
        assertThat(Files.readString(folder.resolve("old.key"))).contains("BEGIN RSA PRIVATE KEY");
        for (String key : List.of("server.key", "old.key")) {
            try (var server = server(key, Optional.empty(), Oldest.TLS_1_2, List.of())) {
                connect(server, Optional.empty()).close();
            }
        }
        certificate("server", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
        openssl(List.of("/usr/bin/openssl", "ec", "-in", path("server.key"), "-out", path("old.key")));
        assertThat(Files.readString(folder.resolve("old.key"))).contains("BEGIN EC PRIVATE KEY");
        for (String key : List.of("server.key", "old.key")) {
            try (var server = server(key, Optional.empty(), Oldest.TLS_1_2, List.of())) {
                connect(server, Optional.empty()).close();
            }
        }
    }

    @Test
    void olderVersionsThanConfiguredAreRefused() throws Exception {
        certificate("server", "-newkey", "rsa:2048");
        try (var server = server("server.key", Optional.empty(), Oldest.TLS_1_3, List.of())) {
            connect(server, Optional.empty(), "TLSv1.3").close();
            assertThatThrownBy(() -> connect(server, Optional.empty(), "TLSv1.2"))
                    .isInstanceOf(IOException.class);
        }
        String suite = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384";
        try (var server = server("server.key", Optional.empty(), Oldest.TLS_1_2, List.of(suite));
                SSLSocket socket = connect(server, Optional.empty(), "TLSv1.2")) {
            assertThat(socket.getSession().getCipherSuite()).isEqualTo(suite);
        }
    }

    @Test
    void clientsNeedACertificateWhereAnAuthorityIsConfigured() throws Exception {
        certificate("server", "-newkey", "rsa:2048");
        certificate("client", "-newkey", "rsa:2048");
        certificate("other", "-newkey", "rsa:2048");
        var authority = Optional.of(folder.resolve("client.crt"));
        try (var server = server("server.key", authority, Oldest.TLS_1_2, List.of())) {
            connect(server, Optional.of("client")).close();
            assertThatThrownBy(() -> connect(server, Optional.empty())).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> connect(server, Optional.of("other"))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void newFilesAreUsedAndBrokenOnesAreNot() throws Exception {
        certificate("server", "-newkey", "rsa:2048");
        try (var server = server("server.key", Optional.empty(), Oldest.TLS_1_2, List.of())) {
            try (SSLSocket socket = connect(server, Optional.empty())) {
                assertThat(shown(socket)).isEqualTo(shown("server.crt"));
            }
            certificate("new", "-newkey", "rsa:2048");
            Files.move(folder.resolve("new.key"), folder.resolve("server.key"), StandardCopyOption.REPLACE_EXISTING);
            Files.move(folder.resolve("new.crt"), folder.resolve("server.crt"), StandardCopyOption.REPLACE_EXISTING);
            X509Certificate renewed = shown("server.crt");
            try (SSLSocket socket = connect(server, Optional.empty())) {
                assertThat(shown(socket)).isEqualTo(renewed);
            }
            Files.writeString(folder.resolve("server.crt"), "broken");
            try (SSLSocket socket = connect(server, Optional.empty())) {
                assertThat(shown(socket)).isEqualTo(renewed);
            }
        }
    }

    @Test
    void filesThatCannotBeUsedAreNamed() throws Exception {
        certificate("server", "-newkey", "rsa:2048");
        certificate("other", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
        assertThatThrownBy(() ->
                        connect(server("other.key", Optional.empty(), Oldest.TLS_1_2, List.of()), Optional.empty()))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("other.key");
        assertThatThrownBy(() -> connect(
                        server("server.key", Optional.empty(), Oldest.TLS_1_2, List.of("TLS_NO_SUCH_SUITE")),
                        Optional.empty()))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("TLS_NO_SUCH_SUITE");
    }

    private static X509Certificate shown(SSLSocket socket) throws IOException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    private X509Certificate shown(String file) throws Exception {
        try (var in = Files.newInputStream(folder.resolve(file))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }
}
