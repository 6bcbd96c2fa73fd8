package io.crius.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.crius.image.auth.Credentials;
import io.crius.image.fixture.Clients;
import io.crius.image.fixture.FakeRegistry;
import io.crius.image.fixture.TestImage;
import io.crius.image.registries.Endpoint;
import io.crius.image.registries.Tls;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageReference;
import io.crius.oci.image.Descriptor;
import io.crius.oci.image.ImageManifest;
import io.crius.oci.image.ManifestType;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryClientTest {
    private static final String CHALLENGE = "WWW-Authenticate";

    private final FakeRegistry registry = FakeRegistry.start();
    private final FakeRegistry other = FakeRegistry.start();
    private final Clients clients = new Clients();
    private final TestImage image =
            new TestImage().layer(TestImage.noise(1, 1000)).push(registry, "team/app", "1");

    @AfterEach
    void stop() {
        clients.transports().close();
        registry.close();
        other.close();
    }

    private RegistryClient client(String rest, Credentials credentials) {
        return client(registry.name(rest), Tls.OPTIONAL, credentials);
    }

    private RegistryClient client(String name, Tls tls, Credentials credentials) {
        var endpoint = new Endpoint(ImageReference.parse(name), tls, Endpoint.Role.PRIMARY);
        return new RegistryClient(endpoint, credentials, clients.transports());
    }

    private Descriptor config() {
        return ((ImageManifest)
                        client("team/app:1", Credentials.NONE).manifest().manifest())
                .config();
    }

    @Test
    void aManifestComesByTagAndByDigest() {
        RegistryClient client = client("team/app:1", Credentials.NONE);
        assertThat(client.manifest().bytes()).isEqualTo(image.manifest());
        assertThat(client.manifest(image.digest()).digest()).isEqualTo(image.digest());
        assertThat(registry.paths())
                .containsExactly("/v2/", "/v2/team/app/manifests/1", "/v2/team/app/manifests/" + image.digest());
    }

    @Test
    void aRegistryWithoutTlsIsFoundOutOnce() throws IOException, InterruptedException {
        var answered = new AtomicInteger();
        try (var silent = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            String host = "127.0.0.1:" + silent.getLocalPort();
            clients.transports().plain().remember(host);
            Thread server = Thread.ofVirtual().start(() -> answerPlainly(silent, answered));
            assertThatThrownBy(() -> client(host + "/x:1", Tls.OPTIONAL, Credentials.NONE)
                            .manifest())
                    .isInstanceOf(CriusException.NotFound.class);
            silent.close();
            server.join();
        }
        assertThat(answered).as("connections, none of them with TLS").hasValue(1);
    }

    /** One connection at a time; what begins like TLS is left without an answer. */
    private static void answerPlainly(ServerSocket server, AtomicInteger answered) {
        try {
            while (true) {
                try (Socket connection = server.accept()) {
                    answered.incrementAndGet();
                    InputStream in = connection.getInputStream();
                    assertThat(in.read()).isEqualTo('G');
                    connection
                            .getOutputStream()
                            .write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (IOException _) {
            // The test has closed the server.
        }
    }

    @Test
    void aRegistryThatNoLongerAnswersWithoutTlsIsTriedWithTlsAgain() {
        clients.transports().plain().remember("127.0.0.1:1");
        assertThatThrownBy(() -> client("127.0.0.1:1/x:1", Tls.OPTIONAL, Credentials.NONE)
                        .manifest())
                .isInstanceOf(CriusException.Unavailable.class);
        assertThat(clients.transports().plain().knows("127.0.0.1:1")).isFalse();
    }

    @Test
    void whatIsKnownOfRegistriesIsForgotten() {
        var now = new AtomicLong();
        var plain = new RecentHosts(Duration.ofMinutes(10), now::get);
        plain.remember("a");
        now.addAndGet(Duration.ofMinutes(10).toNanos());
        assertThat(plain.knows("a")).isTrue();
        now.incrementAndGet();
        assertThat(plain.knows("a")).isFalse();
    }

    @Test
    void everyRequestSaysWhoAsksAndManifestsWhatIsAccepted() {
        client("team/app:1", Credentials.NONE).manifest();
        FakeRegistry.Seen ping = registry.seen().getFirst();
        assertThat(ping.header("User-agent")).contains("crius/test");
        assertThat(ping.header("Docker-distribution-api-version")).contains("registry/2.0");
        assertThat(registry.seen().getLast().headers().get("Accept")).containsAll(ManifestType.ACCEPTED);
    }

    @Test
    void withoutInsecurePlainHttpIsNotTried() {
        RegistryClient client = client(registry.name("team/app:1"), Tls.VERIFIED, Credentials.NONE);
        assertThatThrownBy(client::manifest)
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining(
                        "https://" + registry.host() + " does not speak TLS; if it is to be used without, set"
                                + " insecure = true for it in registries.conf");
        assertThat(registry.paths()).isEmpty();
    }

    @Test
    void nobodyListeningIsUnavailable() throws IOException {
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        RegistryClient client = client("127.0.0.1:" + port + "/x:1", Tls.VERIFIED, Credentials.NONE);
        assertThatThrownBy(client::manifest)
                .isInstanceOf(CriusException.Unavailable.class)
                .hasMessage("RegistryUnavailable: pinging container registry 127.0.0.1:" + port
                        + ": connection refused by https://127.0.0.1:" + port);
    }

    @Test
    void aHostThatDoesNotExistIsUnavailable() {
        RegistryClient client = client("no-such-host.invalid/x:1", Tls.VERIFIED, Credentials.NONE);
        assertThatThrownBy(client::manifest)
                .isInstanceOf(CriusException.Unavailable.class)
                .hasMessageStartingWith("RegistryUnavailable: ")
                .hasMessageContaining("the host name of https://no-such-host.invalid is unknown");
    }

    @Test
    void aMissingManifestIsNotFoundWithTheRegistrysWords() {
        assertThatThrownBy(() -> client("team/app:2", Credentials.NONE).manifest())
                .isInstanceOf(CriusException.NotFound.class)
                .hasMessage("reading manifest 2 in " + registry.host() + "/team/app: manifest unknown: is not here");
    }

    @Test
    void otherErrorBodiesAreQuotedShortly() {
        registry.fault(FakeRegistry.status("/manifests/", 500, "<html>" + "x".repeat(100)));
        assertThatThrownBy(() -> client("team/app:1", Credentials.NONE).manifest())
                .isInstanceOf(CriusException.Unavailable.class)
                .hasMessageEndingWith("StatusCode: 500, \"<html>" + "x".repeat(44) + "...\"");
    }

    @Test
    void aManifestWithAnotherDigestIsDataLoss() {
        byte[] wrong = "{}".getBytes(StandardCharsets.UTF_8);
        String digest =
                Digest.sha256Of("other".getBytes(StandardCharsets.UTF_8)).toString();
        registry.manifest("team/app", digest, ManifestType.OCI_MANIFEST.mediaType(), wrong);
        assertThatThrownBy(() -> client("team/app@" + digest, Credentials.NONE).manifest())
                .isInstanceOf(CriusException.DataLoss.class)
                .hasMessageContaining("Manifest does not match provided manifest digest " + digest);
    }

    @Test
    void aManifestBeyondFourMebibytesIsRefused() {
        registry.manifest("team/app", "big", ManifestType.OCI_MANIFEST.mediaType(), new byte[(4 << 20) + 1]);
        assertThatThrownBy(() -> client("team/app:big", Credentials.NONE).manifest())
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("larger than 4194304 bytes");
    }

    @Test
    void schemaOneWithoutLayersIsRefused() {
        registry.manifest(
                "team/app",
                "old",
                ManifestType.DOCKER_SCHEMA_1_SIGNED.mediaType(),
                "{\"schemaVersion\":1,\"fsLayers\":[],\"history\":[]}".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> client("team/app:old", Credentials.NONE).manifest())
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("schema 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://[::1/blob", "https://a b/c", "http://host/%zz"})
    void aForeignPlaceThatIsNoUrlIsAnErrorOfTheManifest(String url) {
        Descriptor blob = foreign(url);
        assertThatThrownBy(() -> client("team/app:1", Credentials.NONE).open(blob))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("the manifest has \"" + url + "\" for it, which is no URL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://host/blob", "file:///etc/passwd", "http:///nowhere", "urn:x", ""})
    void aPlaceThatIsNotOfTheWebIsNone(String url) throws IOException {
        Descriptor blob = foreign(url);
        registry.blob("team/app", FOREIGN);
        try (BlobStream stream = client("team/app:1", Credentials.NONE).open(blob)) {
            assertThat(stream.readAllBytes()).isEqualTo(FOREIGN);
        }
    }

    private static final byte[] FOREIGN = "foreign".getBytes(StandardCharsets.UTF_8);

    private static Descriptor foreign(String url) {
        return new Descriptor(
                "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
                Digest.sha256Of(FOREIGN),
                FOREIGN.length,
                List.of(url),
                Map.of(),
                Optional.empty());
    }

    @Test
    void aPageThatIsNoManifestIsRefused() {
        registry.manifest("team/app", "html", "text/html", "<html>".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> client("team/app:html", Credentials.NONE).manifest())
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("text/html");
    }

    @Test
    void basicCredentialsGoWithEveryRequestButThePing() {
        registry.fault(basicAuth("kube", "let:me"));
        client("team/app:1", new Credentials.UserPassword("kube", "let:me")).manifest();
        assertThat(registry.seen().getFirst().header("Authorization")).isEmpty();
        assertThat(registry.seen().getLast().header("Authorization")).isPresent();
    }

    @Test
    void wrongCredentialsArePermissionDenied() {
        registry.fault(basicAuth("kube", "let:me"));
        assertThatThrownBy(() -> client("team/app:1", new Credentials.UserPassword("kube", "no"))
                        .manifest())
                .isInstanceOf(CriusException.PermissionDenied.class)
                .hasMessageContaining("unauthorized: no");
        assertThatThrownBy(() -> client("team/app:1", Credentials.NONE).manifest())
                .isInstanceOf(CriusException.PermissionDenied.class);
    }

    private static FakeRegistry.Fault basicAuth(String user, String password) {
        String wanted = new Credentials.UserPassword(user, password).basicHeader();
        return exchange -> {
            if (wanted.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                return false;
            }
            exchange.getResponseHeaders().set(CHALLENGE, "Basic realm=\"r\"");
            FakeRegistry.answer(exchange, 401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"no\"}]}");
            return true;
        };
    }

    /** Tokens are numbered; all up to {@code expired} are refused. */
    private final class TokenServer implements FakeRegistry.Fault {
        private int issued;
        private int expired;
        private String scopeError = "";

        @Override
        public synchronized boolean answered(HttpExchange exchange) throws IOException {
            if (exchange.getRequestURI().getPath().startsWith("/v2/")) {
                return refused(exchange);
            }
            return false;
        }

        private boolean refused(HttpExchange exchange) throws IOException {
            String shown = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                    .orElse("");
            boolean ping = exchange.getRequestURI().getPath().equals("/v2/");
            boolean wide = scopeError.isEmpty() || issued > 1;
            if (!ping && shown.startsWith("Bearer t") && Integer.parseInt(shown.substring(8)) > expired && wide) {
                return false;
            }
            String more =
                    ping || scopeError.isEmpty() ? "" : ",error=\"insufficient_scope\",scope=\"" + scopeError + "\"";
            exchange.getResponseHeaders()
                    .set(
                            CHALLENGE,
                            "Bearer realm=\"http://" + other.host() + "/token?x=1\",service=\"the registry\"" + more);
            FakeRegistry.answer(exchange, 401, "{}");
            return true;
        }

        boolean token(HttpExchange exchange) throws IOException {
            synchronized (this) {
                FakeRegistry.answer(exchange, 200, "{\"token\":\"t" + ++issued + "\",\"expires_in\":300}");
                return true;
            }
        }
    }

    private TokenServer tokens() {
        var server = new TokenServer();
        registry.fault(server);
        other.fault(server::token);
        return server;
    }

    @Test
    void aTokenIsFetchedOnceAndUsedForAll() {
        tokens();
        RegistryClient client = client("team/app:1", new Credentials.UserPassword("me", "pass word"));
        client.manifest();
        client.manifest(image.digest());
        assertThat(other.paths())
                .containsExactly("/token?x=1&account=me&scope=repository%3Ateam%2Fapp%3Apull&service=the+registry");
        assertThat(other.seen().getFirst().header("Authorization"))
                .contains(new Credentials.UserPassword("me", "pass word").basicHeader());
        assertThat(registry.seen().getLast().header("Authorization")).contains("Bearer t1");
    }

    @Test
    void anonymousTokensAreFetchedWithoutAccount() {
        tokens();
        client("team/app:1", Credentials.NONE).manifest();
        assertThat(other.paths())
                .containsExactly("/token?x=1&scope=repository%3Ateam%2Fapp%3Apull&service=the+registry");
        assertThat(other.seen().getFirst().header("Authorization")).isEmpty();
    }

    @Test
    void anIdentityTokenIsExchangedByAPost() {
        tokens();
        client("team/app:1", new Credentials.IdentityToken("refresh&me")).manifest();
        assertThat(other.seen().getFirst().method()).isEqualTo("POST");
        assertThat(other.seen().getFirst().header("Authorization")).isEmpty();
    }

    @Test
    void aRegistryTokenIsShownAsItIs() {
        tokens();
        client("team/app:1", new Credentials.RegistryToken("t7")).manifest();
        assertThat(other.paths()).isEmpty();
        assertThat(registry.seen().getLast().header("Authorization")).contains("Bearer t7");
    }

    @Test
    void anExpiredTokenIsFetchedAgain() {
        TokenServer server = tokens();
        RegistryClient client = client("team/app:1", Credentials.NONE);
        client.manifest();
        server.expired = 1;
        client.manifest();
        assertThat(registry.seen().getLast().header("Authorization")).contains("Bearer t2");
    }

    @Test
    void aWiderScopeIsAskedForWhereTheRegistrySaysSo() {
        tokens().scopeError = "repository:base:pull";
        client("team/app:1", Credentials.NONE).manifest();
        assertThat(other.paths().getLast())
                .contains("scope=repository%3Ateam%2Fapp%3Apull&scope=repository%3Abase%3Apull");
    }

    @Test
    void refusedTokensArePermissionDenied() {
        tokens();
        other.fault(FakeRegistry.status("/token", 401, "{\"details\":\"incorrect username or password\"}"));
        assertThatThrownBy(() -> client("team/app:1", new Credentials.UserPassword("me", "no"))
                        .manifest())
                .isInstanceOf(CriusException.PermissionDenied.class)
                .hasMessageStartingWith("unable to retrieve auth token: invalid username/password: ");
    }

    @Test
    void aRedirectToAnotherHostDoesNotTakeCredentialsAlong() {
        registry.fault(basicAuth("kube", "x"));
        registry.fault(exchange -> {
            if (!exchange.getRequestURI().getPath().contains("/blobs/")) {
                return false;
            }
            exchange.getResponseHeaders().set("Location", "http://" + other.host() + "/storage?signature=1");
            FakeRegistry.answer(exchange, 307, "");
            return true;
        });
        other.fault(exchange -> {
            FakeRegistry.answer(exchange, 200, new String(image.config(), StandardCharsets.UTF_8));
            return true;
        });
        RegistryClient client = client("team/app:1", new Credentials.UserPassword("kube", "x"));
        Descriptor config = ((ImageManifest) client.manifest().manifest()).config();
        assertThat(client.blob(config, 1 << 20)).isEqualTo(image.config());
        assertThat(registry.seen().getLast().header("Authorization")).isPresent();
        assertThat(other.seen().getLast().header("Authorization")).isEmpty();
    }

    @Test
    void redirectsAreFollowedTenTimes() {
        registry.fault(exchange -> {
            if (!exchange.getRequestURI().getPath().contains("/manifests/")) {
                return false;
            }
            exchange.getResponseHeaders()
                    .set("Location", exchange.getRequestURI().getPath());
            FakeRegistry.answer(exchange, 302, "");
            return true;
        });
        assertThatThrownBy(() -> client("team/app:1", Credentials.NONE).manifest())
                .hasMessageContaining("more than 10 redirects");
        assertThat(registry.paths()).hasSize(12);
    }

    @Test
    void tooManyRequestsAreWaitedForAsTheRegistrySays() {
        registry.fault(FakeRegistry.times(2, exchange -> {
            if (!exchange.getRequestURI().getPath().contains("/manifests/")) {
                return false;
            }
            exchange.getResponseHeaders().set("Retry-After", "7");
            FakeRegistry.answer(exchange, 429, "{}");
            return true;
        }));
        client("team/app:1", Credentials.NONE).manifest();
        assertThat(clients.pauses()).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(7));
    }

    @Test
    void tooManyRequestsForTooLongIsResourceExhausted() {
        registry.fault(FakeRegistry.status(
                "/manifests/", 429, "{\"errors\":[{\"code\":\"TOOMANYREQUESTS\",\"message\":\"slow down\"}]}"));
        assertThatThrownBy(() -> client("team/app:1", Credentials.NONE).manifest())
                .isInstanceOf(CriusException.ResourceExhausted.class)
                .hasMessageEndingWith("toomanyrequests: slow down");
        assertThat(clients.pauses())
                .containsExactly(
                        Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(8), Duration.ofSeconds(16));
    }

    @Test
    void anOverloadedRegistryIsAskedAgain() {
        registry.fault(FakeRegistry.times(2, FakeRegistry.status("/manifests/", 503, "")));
        client("team/app:1", Credentials.NONE).manifest();
        assertThat(clients.pauses()).hasSize(2);
    }

    @Test
    void brokenConnectionsOfSmallRequestsAreMadeAgain() {
        registry.fault(FakeRegistry.times(2, registry.cut("/manifests/", 10)));
        registry.fault(FakeRegistry.times(1, FakeRegistry.hangUp("/v2/")));
        assertThat(client("team/app:1", Credentials.NONE).manifest().digest()).isEqualTo(image.digest());
        assertThat(clients.pauses()).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void aConnectionThatAlwaysBreaksIsUnavailable() {
        registry.fault(registry.cut("/manifests/", 10));
        assertThatThrownBy(() -> client("team/app:1", Credentials.NONE).manifest())
                .isInstanceOf(CriusException.Unavailable.class)
                .hasMessageStartingWith(
                        "RegistryUnavailable: reading manifest 1 in " + registry.host() + "/team/app: ");
        assertThat(registry.paths().stream().filter(path -> path.contains("/manifests/")))
                .hasSize(3);
    }

    @Test
    void foreignLayersAreFetchedFromTheirOwnPlaceWithoutCredentials() {
        byte[] layer = TestImage.noise(5, 100);
        other.blob("x", layer);
        registry.fault(basicAuth("kube", "x"));
        Descriptor config = new Descriptor(
                "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
                Digest.sha256Of(layer),
                layer.length,
                List.of("ftp://nowhere/", "http://" + other.host() + "/v2/x/blobs/" + Digest.sha256Of(layer)),
                Map.of(),
                Optional.empty());
        RegistryClient client = client("team/app:1", new Credentials.UserPassword("kube", "x"));
        assertThat(client.blob(config, 1000)).isEqualTo(layer);
        assertThat(other.seen().getLast().header("Authorization")).isEmpty();
    }

    @Test
    void plainRequestsGoThroughTheProxyOfTheEnvironment() {
        new TestImage().layer(TestImage.noise(1, 10)).push(other, "app", "1");
        var proxied = new Clients(Duration.ofSeconds(30), Map.of("HTTP_PROXY", "http://me:pass@" + other.host()));
        var endpoint =
                new Endpoint(ImageReference.parse("registry.invalid:5000/app:1"), Tls.OPTIONAL, Endpoint.Role.PRIMARY);
        var client = new RegistryClient(endpoint, Credentials.NONE, proxied.transports());
        assertThat(client.manifest().manifest()).isInstanceOf(ImageManifest.class);
        assertThat(other.seen()).allMatch(seen -> seen.header("Host").equals(Optional.of("registry.invalid:5000")));
        assertThat(other.seen())
                .allMatch(seen -> seen.header("Proxy-authorization").equals(Optional.of("Basic bWU6cGFzcw==")));
        proxied.transports().close();
    }

    @Test
    void aBlobThatIsTooBigIsNotFetched() {
        Descriptor config = config();
        assertThatThrownBy(() -> client("team/app:1", Credentials.NONE).blob(config, 10))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("more than 10");
    }

    @Test
    void anInterruptEndsTheWaitForAnAnswer() throws InterruptedException {
        var arrived = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        registry.fault(exchange -> {
            arrived.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return true;
        });
        var failure = new AtomicReference<Throwable>();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                client("team/app:1", Credentials.NONE).manifest();
            } catch (CriusException.Cancelled e) {
                failure.set(Thread.currentThread().isInterrupted() ? e : new AssertionError("flag lost"));
            }
        });
        arrived.await();
        thread.interrupt();
        thread.join();
        never.countDown();
        assertThat(failure.get()).isInstanceOf(CriusException.Cancelled.class).hasMessageEndingWith("cancelled");
    }
}
