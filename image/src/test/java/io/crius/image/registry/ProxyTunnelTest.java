package io.crius.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.image.auth.Credentials;
import io.crius.image.fixture.FakeRegistry;
import io.crius.image.fixture.TestImage;
import io.crius.image.fixture.TunnelProxy;
import io.crius.image.registries.Endpoint;
import io.crius.image.registries.Tls;
import io.crius.model.ImageReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry over TLS behind a proxy that wants a password, asked by a JVM that is started as the daemon is. */
class ProxyTunnelTest {
    /** Asks for one manifest. */
    static final class Asking {
        private Asking() {}

        public static void main(String[] arguments) {
            var transports = new Transports(
                    List.of(), Map.of("HTTPS_PROXY", "http://" + arguments[0]), HttpSettings.of("crius/test"));
            var endpoint =
                    new Endpoint(ImageReference.parse("registry.example/app:1"), Tls.OPTIONAL, Endpoint.Role.PRIMARY);
            try (transports) {
                System.out.println("digest: "
                        + new RegistryClient(endpoint, Credentials.NONE, transports)
                                .manifest()
                                .digest());
            }
        }
    }

    @TempDir
    Path folder;

    private final FakeRegistry registry = FakeRegistry.start();
    private final TestImage image = new TestImage().push(registry, "app", "1");
    private TunnelProxy proxy;

    @BeforeEach
    void start() {
        proxy = TunnelProxy.start(folder, "Basic bWU6cGFzcw==", registry.host());
    }

    @AfterEach
    void stop() {
        proxy.close();
        registry.close();
    }

    private String ask(String proxyWithUser) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Files.readAllLines(Path.of("../daemon/src/main/dist/conf/crius.args")).stream()
                .filter(line -> line.startsWith("-D"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Asking.class.getName(), proxyWithUser));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    @Test
    void thePasswordGoesToTheProxyAndNotThroughTheTunnel() throws Exception {
        assertThat(ask("me:pass@" + proxy.host())).contains("digest: " + image.digest());
        assertThat(proxy.connects()).first().asString().startsWith("CONNECT registry.example:443");
        assertThat(registry.seen())
                .isNotEmpty()
                .noneMatch(seen ->
                        seen.headers().keySet().stream().anyMatch(name -> name.regionMatches(true, 0, "proxy-", 0, 6)));
    }

    @Test
    void aProxyThatRefusesIsNamed() throws Exception {
        assertThat(ask("me:wrong@" + proxy.host())).contains("407").doesNotContain("wrong@");
        assertThat(registry.seen()).isEmpty();
    }
}
