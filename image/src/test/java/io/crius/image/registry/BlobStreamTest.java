package io.crius.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import io.crius.oci.image.MediaTypes;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BlobStreamTest {
    private static final byte[] CONTENT = TestImage.noise(3, 4 << 20);
    private static final Digest DIGEST = Digest.sha256Of(CONTENT);

    private final FakeRegistry registry = FakeRegistry.start();
    private final Clients clients = new Clients(Duration.ofMillis(300));

    @AfterEach
    void stop() {
        clients.transports().close();
        registry.close();
    }

    private BlobStream open(Digest digest, long size) {
        return client().open(Descriptor.of(MediaTypes.OCI_LAYER_GZIP, digest, size));
    }

    private RegistryClient client() {
        var endpoint = new Endpoint(ImageReference.parse(registry.name("app:1")), Tls.OPTIONAL, Endpoint.Role.PRIMARY);
        return new RegistryClient(endpoint, Credentials.NONE, clients.transports());
    }

    private List<String> ranges() {
        return registry.seen().stream()
                .map(seen -> seen.header("Range").orElse(""))
                .filter(range -> !range.isEmpty())
                .toList();
    }

    @Test
    void aWholeBlobIsRead() {
        registry.blob("app", CONTENT);
        try (BlobStream stream = open(DIGEST, CONTENT.length)) {
            assertThat(stream.readAllBytes()).isEqualTo(CONTENT);
            assertThat(stream.count()).isEqualTo(CONTENT.length);
        }
    }

    @Test
    void aBrokenConnectionIsTakenUpWhereItBroke() {
        registry.blob("app", CONTENT);
        registry.fault(FakeRegistry.times(3, registry.cut("/blobs/", 1 << 20)));
        try (BlobStream stream = open(DIGEST, CONTENT.length)) {
            assertThat(stream.readAllBytes()).isEqualTo(CONTENT);
        }
        assertThat(ranges()).containsExactly("bytes=1048576-", "bytes=2097152-", "bytes=3145728-");
        assertThat(clients.pauses())
                .allMatch(pause ->
                        pause.compareTo(Duration.ofSeconds(1)) >= 0 && pause.compareTo(Duration.ofMillis(1100)) <= 0);
    }

    @Test
    void aConnectionThatNeverGetsAnywhereIsGivenUp() {
        registry.blob("app", CONTENT);
        registry.fault(registry.cut("/blobs/", 10));
        assertThatThrownBy(() -> {
                    try (BlobStream stream = open(DIGEST, CONTENT.length)) {
                        stream.drain();
                    }
                })
                .isInstanceOf(CriusException.Unavailable.class)
                .hasMessageStartingWith(
                        "RegistryUnavailable: fetching blob " + DIGEST + " of " + registry.host() + "/app: ");
        // Whether the ten bytes arrived before the end of their connection did is chance: not every retry asks for a
        // range.
        assertThat(registry.paths().stream().filter(path -> path.contains("/blobs/")))
                .hasSize(6);
    }

    @Test
    void aConnectionThatBreaksBeforeItsAnswerIsTriedAgain() {
        registry.blob("app", CONTENT);
        registry.fault(FakeRegistry.times(3, FakeRegistry.hangUp("/blobs/")));
        try (BlobStream stream = open(DIGEST, CONTENT.length)) {
            assertThat(stream.readAllBytes()).isEqualTo(CONTENT);
        }
        // The HTTP client tries some of it by itself.
        assertThat(clients.pauses()).isNotEmpty();
    }

    @Test
    void aPlaceThatAForeignLayerNamesServesTheRestAfterABrokenConnection() {
        try (var elsewhere = FakeRegistry.start()) {
            elsewhere.blob("kept", CONTENT);
            elsewhere.fault(FakeRegistry.times(2, elsewhere.cut("/blobs/", 1 << 20)));
            URI place = URI.create("http://" + elsewhere.host() + "/v2/kept/blobs/" + DIGEST);
            var blob = new Descriptor(
                    MediaTypes.OCI_FOREIGN_LAYER,
                    DIGEST,
                    CONTENT.length,
                    List.of(place.toString()),
                    Map.of(),
                    Optional.empty());
            try (BlobStream stream = client().open(blob)) {
                assertThat(stream.readAllBytes()).isEqualTo(CONTENT);
            }
            assertThat(elsewhere.seen())
                    .hasSize(3)
                    .noneMatch(seen -> seen.header("Authorization").isPresent());
        }
        assertThat(registry.paths()).noneMatch(path -> path.contains("/blobs/"));
    }

    @Test
    void aRegistryThatDoesNotKnowRangesSendsAllAgain() {
        registry.blob("app", CONTENT);
        registry.fault(exchange -> {
            if (exchange.getRequestHeaders().getFirst("Range") == null) {
                return false;
            }
            exchange.sendResponseHeaders(200, CONTENT.length);
            exchange.getResponseBody().write(CONTENT);
            return true;
        });
        registry.fault(FakeRegistry.times(1, registry.cut("/blobs/", 1 << 20)));
        try (BlobStream stream = open(DIGEST, CONTENT.length)) {
            assertThat(stream.readAllBytes()).isEqualTo(CONTENT);
        }
    }

    @Test
    void aRangeThatWasNotAskedForIsRefused() {
        registry.blob("app", CONTENT);
        registry.fault(exchange -> {
            if (exchange.getRequestHeaders().getFirst("Range") == null) {
                return false;
            }
            exchange.getResponseHeaders().set("Content-Range", "bytes 0-9/10");
            exchange.sendResponseHeaders(206, 10);
            exchange.getResponseBody().write(new byte[10]);
            return true;
        });
        registry.fault(FakeRegistry.times(1, registry.cut("/blobs/", 1 << 20)));
        try (BlobStream stream = open(DIGEST, CONTENT.length)) {
            assertThatThrownBy(stream::drain)
                    .isInstanceOf(CriusException.DataLoss.class)
                    .hasMessageContaining("asked for the bytes from 1048576 on, the registry sent \"bytes 0-9/10\"");
        }
    }

    @Test
    void silenceCountsAsABrokenConnection() {
        registry.blob("app", CONTENT);
        var silent = new CountDownLatch(1);
        registry.fault(FakeRegistry.times(1, exchange -> {
            if (!exchange.getRequestURI().getPath().contains("/blobs/")) {
                return false;
            }
            exchange.sendResponseHeaders(200, CONTENT.length);
            exchange.getResponseBody().write(CONTENT, 0, 1000);
            exchange.getResponseBody().flush();
            try {
                silent.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return true;
        }));
        try (BlobStream stream = open(DIGEST, CONTENT.length)) {
            assertThat(stream.readAllBytes()).isEqualTo(CONTENT);
        }
        silent.countDown();
        assertThat(ranges()).containsExactly("bytes=1000-");
    }

    @Test
    void anotherDigestIsDataLoss() {
        registry.blob("app", DIGEST, TestImage.noise(4, CONTENT.length));
        try (BlobStream stream = open(DIGEST, CONTENT.length)) {
            assertThatThrownBy(stream::drain)
                    .isInstanceOf(CriusException.DataLoss.class)
                    .hasMessageContaining("Digest did not match, expected " + DIGEST + ", got sha256:");
        }
    }

    @Test
    void moreBytesThanSaidAreDataLoss() {
        registry.blob("app", CONTENT);
        try (BlobStream stream = open(DIGEST, CONTENT.length - 1)) {
            assertThatThrownBy(stream::drain)
                    .isInstanceOf(CriusException.DataLoss.class)
                    .hasMessageContaining("size mismatch");
        }
    }

    @Test
    void aMissingBlobIsNotFound() {
        assertThatThrownBy(() -> open(DIGEST, 10))
                .isInstanceOf(CriusException.NotFound.class)
                .hasMessageContaining("blob unknown");
    }

    @Test
    void anEmptyBlobIsFine() {
        byte[] empty = new byte[0];
        registry.blob("app", empty);
        try (BlobStream stream = open(Digest.sha256Of(empty), 0)) {
            assertThat(Objects.requireNonNull(stream.readAllBytes())).isEmpty();
        }
    }
}
