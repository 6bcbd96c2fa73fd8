package io.crius.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProxiesTest {
    private static String proxy(Map<String, String> environment, String uri) {
        return Proxies.of(environment)
                .proxyFor(URI.create(uri))
                .map(URI::toString)
                .orElse("direct");
    }

    @Test
    void eachSchemeHasItsProxy() {
        Map<String, String> environment = Map.of("HTTPS_PROXY", "http://p:1", "http_proxy", "q:2");
        assertThat(proxy(environment, "https://r.example/v2/")).isEqualTo("http://p:1");
        assertThat(proxy(environment, "http://r.example/v2/")).isEqualTo("http://q:2");
    }

    @Test
    void exceptionsAreHostsDomainsNetworksAndPorts() {
        Map<String, String> environment = Map.of(
                "HTTPS_PROXY",
                "http://p:1",
                "NO_PROXY",
                "a.example, .b.example,10.0.0.0/8,192.168.1.7,c.example:5000,fd00::/8");
        assertThat(proxy(environment, "https://a.example/")).isEqualTo("direct");
        assertThat(proxy(environment, "https://sub.a.example/")).isEqualTo("direct");
        assertThat(proxy(environment, "https://nota.example/")).isEqualTo("http://p:1");
        assertThat(proxy(environment, "https://b.example/")).isEqualTo("http://p:1");
        assertThat(proxy(environment, "https://x.b.example/")).isEqualTo("direct");
        assertThat(proxy(environment, "https://10.1.2.3:5000/")).isEqualTo("direct");
        assertThat(proxy(environment, "https://11.1.2.3/")).isEqualTo("http://p:1");
        assertThat(proxy(environment, "https://192.168.1.7/")).isEqualTo("direct");
        assertThat(proxy(environment, "https://c.example:5000/")).isEqualTo("direct");
        assertThat(proxy(environment, "https://c.example/")).isEqualTo("http://p:1");
        assertThat(proxy(environment, "https://[fd00::1]/")).isEqualTo("direct");
    }

    @Test
    void loopbackIsNeverAskedThroughAProxy() {
        Map<String, String> environment = Map.of("HTTP_PROXY", "http://p:1");
        assertThat(proxy(environment, "http://127.0.0.1:5000/")).isEqualTo("direct");
        assertThat(proxy(environment, "http://localhost:5000/")).isEqualTo("direct");
    }

    @Test
    void aStarMeansNoProxyAtAll() {
        assertThat(proxy(Map.of("HTTPS_PROXY", "http://p:1", "NO_PROXY", "*"), "https://r.example/"))
                .isEqualTo("direct");
    }

    @Test
    void credentialsOfTheProxyBecomeAHeader() {
        assertThat(Proxies.of(Map.of("HTTPS_PROXY", "http://u:p@proxy:1"))
                        .authorizationFor(URI.create("https://r.example/")))
                .contains("Basic dTpw");
    }

    @Test
    void otherKindsOfProxiesAreRefusedWithoutTheirPassword() {
        assertThatThrownBy(() -> Proxies.of(Map.of("HTTPS_PROXY", "socks5://u:hidden@proxy:1")))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("HTTPS_PROXY")
                .hasMessageNotContaining("hidden");
    }
}
