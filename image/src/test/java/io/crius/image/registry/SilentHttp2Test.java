package io.crius.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.image.fixture.ServerKey;
import io.crius.image.registries.Tls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that agrees on HTTP/2 and then says nothing, as one does that a network has lost; over HTTP/1.1 it answers. */
class SilentHttp2Test {
    private static final Duration ANSWER = Duration.ofSeconds(3);

    @TempDir
    Path folder;

    private final List<String> protocols = new CopyOnWriteArrayList<>();

    @Test
    void whoDoesNotAnswerOverHttp2IsAskedOverHttp1Next() throws Exception {
        var settings =
                new HttpSettings("crius/test", Duration.ofSeconds(10), ANSWER, Duration.ofSeconds(10), Thread::sleep);
        try (var server = (SSLServerSocket) ServerKey.context(folder, "127.0.0.1")
                        .getServerSocketFactory()
                        .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var transports = new Transports(List.of(), Map.of(), settings)) {
            Thread.ofVirtual().start(() -> accept(server));
            URI uri = URI.create("https://127.0.0.1:" + server.getLocalPort() + "/v2/");
            Transport transport = transports.of(uri.getAuthority(), Tls.OPTIONAL);

            assertThatThrownBy(() -> transport.send(Request.get(uri)))
                    .isInstanceOf(HttpTimeoutException.class)
                    .hasMessage("no answer in " + ANSWER.toSeconds() + " s");
            try (Answer answer = transport.send(Request.get(uri))) {
                assertThat(answer.status()).isEqualTo(200);
            }
            assertThat(protocols).containsExactly("h2", "");
        }
    }

    private void accept(SSLServerSocket server) {
        while (!server.isClosed()) {
            try {
                var client = (SSLSocket) server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException _) {
                // Closed.
            }
        }
    }

    private void serve(SSLSocket client) {
        try (client) {
            client.setHandshakeApplicationProtocolSelector((_, offered) -> offered.contains("h2") ? "h2" : "");
            client.startHandshake();
            protocols.add(client.getApplicationProtocol());
            var in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            String line = in.readLine();
            boolean second = client.getApplicationProtocol().equals("h2");
            while (line != null && (second || !line.isEmpty())) {
                line = in.readLine();
            }
            if (!second) {
                client.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException _) {
            // The client went away.
        }
    }
}
