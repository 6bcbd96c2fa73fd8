package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.process.Command.Output;
import io.crius.acceptance.target.Trait;
import io.crius.client.stream.RemoteProcess;
import io.crius.client.stream.Wants;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Streams with TLS on an address that is not the loopback's, as the configuration has it, and the time that they may be silent.
 * Certificates are OpenSSL's, clients the JDK's, Netty's SPDY on the JDK's TLS, and OpenSSL's.
 */
@Timeout(180)
@Needs(Trait.READS_CRIO_CONF)
class StreamTlsIT {
    private static final Duration IDLE = Duration.ofSeconds(4);
    private static final String V4 = "v4.channel.k8s.io";
    private static final char[] PASSWORD = "secret".toCharArray();
    private static final Path FOLDER = folder();
    private static final int PORT = FarNetwork.freePort();

    @RegisterExtension
    @Order(1)
    static final FarNetwork far = new FarNetwork();

    @RegisterExtension
    @Order(2)
    static final BeforeAllCallback certificates = _ -> {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "needs openssl");
        certificate("server");
        certificate("client");
        certificate("stranger");
    };

    @RegisterExtension
    @Order(3)
    static final Node node = new Node("""
            [crio.api]
            stream_address = "%1$s"
            stream_port = "%2$d"
            stream_enable_tls = true
            stream_tls_cert = "%3$s/server.crt"
            stream_tls_key = "%3$s/server.key"
            stream_tls_ca = "%3$s/client.crt"
            stream_idle_timeout = "%4$ds"
            tls_min_version = "VersionTLS13"
            """.formatted(far.address(), PORT, FOLDER, IDLE.toSeconds()));

    private static Path folder() {
        try {
            return Files.createTempDirectory("crius-tls");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A certificate for the node's address, signed by its own key, in NAME.crt and NAME.key, and both in NAME.p12. */
    private static void certificate(String name) throws IOException, InterruptedException {
        Command.run(
                "openssl",
                "req",
                "-x509",
                "-nodes",
                "-days",
                "2",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-subj",
                "/CN=" + name,
                "-addext",
                "subjectAltName=IP:" + far.address(),
                "-keyout",
                path(name + ".key"),
                "-out",
                path(name + ".crt"));
        Command.run(
                "openssl",
                "pkcs12",
                "-export",
                "-in",
                path(name + ".crt"),
                "-inkey",
                path(name + ".key"),
                "-out",
                path(name + ".p12"),
                "-passout",
                "pass:" + new String(PASSWORD));
    }

    private static String path(String name) {
        return FOLDER.resolve(name).toString();
    }

    @AfterAll
    static void removeFolder() throws IOException {
        try (var files = Files.list(FOLDER)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(FOLDER);
    }

    private static String idle() throws IOException {
        return node.run(node.runPod("web"), node.idle("main"));
    }

    /** Trusts that certificate alone, and shows the one of {@code as}. */
    private static SSLContext trusting(String certificate, Optional<String> as) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, PASSWORD);
        try (InputStream in = Files.newInputStream(FOLDER.resolve(certificate))) {
            trusted.setCertificateEntry(
                    "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(as.isPresent() ? keys(as.get()) : new KeyManager[0], trust.getTrustManagers(), null);
        return context;
    }

    private static KeyManager[] keys(String name) throws Exception {
        KeyStore own = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(FOLDER.resolve(name + ".p12"))) {
            own.load(in, PASSWORD);
        }
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, PASSWORD);
        return keys.getKeyManagers();
    }

    private static SSLContext trusted() throws Exception {
        return trusting("server.crt", Optional.of("client"));
    }

    private static RemoteProcess open(SSLContext tls, String url) throws IOException {
        return RemoteProcess.open(HttpClient.newBuilder().sslContext(tls).build(), url);
    }

    private static String text(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    private String shell(String script) throws IOException {
        return node.streams().execUrl(idle(), Wants.OUTPUT, "sh", "-c", script);
    }

    @Test
    void aWebSocketWithTlsOnTheConfiguredAddressCarriesACommand() throws Exception {
        String url = shell("echo out; echo err >&2; exit 3");
        assertThat(url).startsWith("https://" + far.address() + ":" + PORT + "/exec/");
        try (RemoteProcess process = open(trusted(), url)) {
            assertThat(text(process.stdout())).isEqualTo("out\n");
            assertThat(text(process.stderr())).isEqualTo("err\n");
            assertThat(process.awaitEnd(Node.LIMIT).orElseThrow().exitCode()).isEqualTo(3);
        }
    }

    @Test
    void spdyWithTlsCarriesACommand() throws Exception {
        byte[] bytes = "0123456789abcdef\n".repeat(20_000).getBytes(StandardCharsets.US_ASCII);
        String url = node.streams().execUrl(idle(), Wants.ALL, "cat");
        try (SpdyPeer peer = SpdyPeer.open(trusted().getSocketFactory(), url, V4)) {
            assertThat(peer.answer()).contains("X-Stream-Protocol-Version: " + V4);
            SpdyPeer.Opened ids = peer.openAll("error", "stdin", "stdout", "stderr");
            peer.data(ids.id("stdin"), bytes, true);
            assertThat(peer.awaitEnd(ids.id("error"), Node.LIMIT)).isEqualTo("{\"status\":\"Success\"}");
            assertThat(peer.stream(ids.id("stdout")).bytes()).isEqualTo(bytes);
        }
    }

    @Test
    void aPortIsForwardedByATunnelWithTls() throws Exception {
        Node.Pod pod = node.runPod("echo");
        String id = node.run(pod, node.shell("main", "exec busybox nc -ll -p 8080 -e cat"));
        node.awaitListening(id, 8080);
        String url = node.streams().forwardUrl(pod.id(), 8080);
        try (SpdyPeer peer = SpdyPeer.tunnelled(trusted().getSocketFactory(), url, "SPDY/3.1+portforward.k8s.io")) {
            int errors = peer.open(true, "streamtype", "error", "port", "8080", "requestid", "0");
            int data = peer.open(false, "streamtype", "data", "port", "8080", "requestid", "0");
            peer.data(data, "through".getBytes(StandardCharsets.US_ASCII), true);
            assertThat(peer.awaitEnd(data, Node.LIMIT)).isEqualTo("through");
            assertThat(peer.awaitEnd(errors, Node.LIMIT)).isEmpty();
        }
    }

    @Test
    void aClientThatSpeaksOlderVersionsAloneIsRefused() throws Exception {
        var old = new SSLParameters();
        old.setProtocols(new String[] {"TLSv1.2"});
        HttpClient http =
                HttpClient.newBuilder().sslContext(trusted()).sslParameters(old).build();
        String url = shell("true");
        assertThatThrownBy(() -> RemoteProcess.open(http, url))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("protocol_version");
        Output refused = openssl("-tls1_2", "-cert", path("client.crt"), "-key", path("client.key"));
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.stderr()).contains("alert protocol version");
        try (RemoteProcess process = open(trusted(), url)) {
            assertThat(process.awaitEnd(Node.LIMIT).orElseThrow().exitCode()).isZero();
        }
    }

    private static Output openssl(String... more) throws IOException, InterruptedException {
        List<String> words =
                new java.util.ArrayList<>(List.of("openssl", "s_client", "-connect", far.address() + ":" + PORT));
        words.addAll(List.of(more));
        return Command.attempt(words);
    }

    @Test
    void whoeverShowsNoCertificateOfTheAuthorityIsRefused() throws Exception {
        String url = shell("true");
        for (Optional<String> as : List.of(Optional.<String>empty(), Optional.of("stranger"))) {
            SSLContext tls = trusting("server.crt", as);
            assertThatThrownBy(() -> open(tls, url)).isInstanceOf(IOException.class);
        }
        try (RemoteProcess process = open(trusted(), url)) {
            assertThat(process.awaitEnd(Node.LIMIT).orElseThrow().exitCode()).isZero();
        }
    }

    @Test
    void aReplacedCertificateIsShownToNewClientsWhileOldSessionsGoOn() throws Exception {
        String id = idle();
        SSLContext before = trusted();
        try (RemoteProcess old = open(before, node.streams().execUrl(id, Wants.ALL, "cat"))) {
            old.stdin().write('a');
            assertThat(old.stdout().read()).isEqualTo('a');
            certificate("renewed");
            Files.move(
                    FOLDER.resolve("renewed.key"), FOLDER.resolve("server.key"), StandardCopyOption.REPLACE_EXISTING);
            Files.move(
                    FOLDER.resolve("renewed.crt"), FOLDER.resolve("server.crt"), StandardCopyOption.REPLACE_EXISTING);
            try (RemoteProcess process = open(trusted(), node.streams().execUrl(id, Wants.OUTPUT, "echo", "new"))) {
                assertThat(text(process.stdout())).isEqualTo("new\n");
            }
            String url = node.streams().execUrl(id, Wants.OUTPUT, "true");
            assertThatThrownBy(() -> open(before, url))
                    .as("the old certificate is shown no more")
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("certification path");
            old.stdin().write('b');
            assertThat(old.stdout().read()).isEqualTo('b');
        }
    }

    @Test
    void aSilentSessionEndsWithItsCommandAndOneThatSaysSomethingGoesOn() throws Exception {
        String id = idle();
        SSLContext tls = trusted();
        String talk = "while :; do echo tick; sleep 0.5; done";
        try (RemoteProcess talking = open(tls, node.streams().execUrl(id, Wants.OUTPUT, "sh", "-c", talk));
                RemoteProcess silent =
                        open(tls, node.streams().execUrl(id, Wants.OUTPUT, "sh", "-c", "echo up; exec sleep 1234"))) {
            assertThat(silent.stdout().readNBytes(3)).isEqualTo("up\n".getBytes(StandardCharsets.US_ASCII));
            long start = System.nanoTime();
            assertThat(silent.stdout().read()).isNegative();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(IDLE.minusSeconds(1), IDLE.plusSeconds(10));
            var said = new ByteArrayOutputStream();
            while (System.nanoTime() - start < 2 * IDLE.toNanos()) {
                said.writeBytes(talking.stdout().readNBytes("tick\n".length()));
            }
            assertThat(said.toString(StandardCharsets.US_ASCII)).matches("(tick\n)+");
            assertThat(talking.awaitEnd(Duration.ZERO)).isEmpty();
        }
        Await.until(
                "the silent command is gone",
                Node.LIMIT,
                () -> !node.containers().exec(id, "ps", "-o", "args").stdout().contains("sleep 1234"));
    }
}
