package io.crius.image.registry;

import io.crius.model.CriusException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP proxies that the environment names: {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code NO_PROXY}, each also in
 * lower case.
 *
 * <p>Compat: as Go's programs read them. Loopback addresses are never asked through a proxy; {@code NO_PROXY} has
 * hosts, {@code .domains}, addresses, CIDR blocks, each with an optional port, or {@code *}. Only HTTP proxies can be used.
 */
public final class Proxies extends ProxySelector {
    private final Optional<URI> forHttps;
    private final Optional<URI> forHttp;
    private final List<ProxyBypass> bypasses;

    private Proxies(Optional<URI> forHttps, Optional<URI> forHttp, List<ProxyBypass> bypasses) {
        this.forHttps = forHttps;
        this.forHttp = forHttp;
        this.bypasses = bypasses;
    }

    /** Throws {@link CriusException.FailedPrecondition} where a proxy cannot be used; its password is not quoted. */
    public static Proxies of(Map<String, String> environment) {
        String exceptions = value(environment, "NO_PROXY");
        return new Proxies(
                proxy(environment, "HTTPS_PROXY"),
                proxy(environment, "HTTP_PROXY"),
                Arrays.stream(exceptions.split(","))
                        .map(String::strip)
                        .filter(text -> !text.isEmpty())
                        .map(ProxyBypass::parse)
                        .toList());
    }

    private static String value(Map<String, String> environment, String name) {
        String upper = environment.getOrDefault(name, "");
        return upper.isEmpty() ? environment.getOrDefault(name.toLowerCase(Locale.ROOT), "") : upper;
    }

    private static Optional<URI> proxy(Map<String, String> environment, String name) {
        String text = value(environment, name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI uri = URI.create(text.contains("://") ? text : "http://" + text);
            if (!"http".equals(uri.getScheme()) || uri.getHost() == null) {
                throw new CriusException.FailedPrecondition(
                        "the proxy in " + name + " cannot be used: only http://host:port is supported");
            }
            return Optional.of(uri);
        } catch (IllegalArgumentException _) {
            throw new CriusException.FailedPrecondition("the proxy in " + name + " is not a URL");
        }
    }

    /** The proxy that this address is asked through. */
    Optional<URI> proxyFor(URI uri) {
        Optional<URI> proxy = "https".equals(uri.getScheme()) ? forHttps : forHttp;
        return proxy.filter(_ -> !isDirect(uri));
    }

    /** The Proxy-Authorization header that goes with it. */
    Optional<String> authorizationFor(URI uri) {
        return proxyFor(uri)
                .map(URI::getUserInfo)
                .map(pair -> "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }

    private boolean isDirect(URI uri) {
        String host = uri.getHost();
        int port = uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
        return host == null
                || ProxyBypass.isLoopback(host)
                || bypasses.stream().anyMatch(bypass -> bypass.covers(host, port));
    }

    @Override
    public List<Proxy> select(@Nullable URI uri) {
        if (uri == null) {
            throw new IllegalArgumentException("no address");
        }
        return proxyFor(uri)
                .map(proxy -> new Proxy(
                        Proxy.Type.HTTP,
                        InetSocketAddress.createUnresolved(
                                proxy.getHost(), proxy.getPort() < 0 ? 80 : proxy.getPort())))
                .map(List::of)
                .orElse(List.of(Proxy.NO_PROXY));
    }

    @Override
    public void connectFailed(@Nullable URI uri, @Nullable SocketAddress address, @Nullable IOException failure) {
        // The request itself fails as well.
    }
}
