package io.crius.image.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.config.ShortNameMode;
import io.crius.image.artifact.Artifact;
import io.crius.image.artifact.ArtifactStore;
import io.crius.image.auth.CredentialHelper;
import io.crius.image.auth.CredentialSource;
import io.crius.image.auth.Credentials;
import io.crius.image.auth.NamespacedCredentials;
import io.crius.image.auth.RequestAuth;
import io.crius.image.fixture.Clients;
import io.crius.image.fixture.FakeRegistry;
import io.crius.image.fixture.LogListener;
import io.crius.image.fixture.MemoryStore;
import io.crius.image.fixture.TempRegistriesConf;
import io.crius.image.fixture.TestArtifact;
import io.crius.image.fixture.TestImage;
import io.crius.image.registries.CurrentRegistries;
import io.crius.linux.Linux;
import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.oci.image.ManifestType;
import io.crius.oci.image.Platform;
import io.crius.storage.Compression;
import io.crius.storage.StoredImage;
import io.crius.storage.archive.UnpackLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagePullerTest {
    private static final byte[] BASE = TestImage.noise(1, 700_000);
    private static final byte[] MIDDLE = TestImage.noise(2, 1_200_000);
    private static final byte[] TOP = "top".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    private final FakeRegistry registry = FakeRegistry.start();
    private final FakeRegistry mirror = FakeRegistry.start();
    private final Clients clients = new Clients();
    private final MemoryStore store = new MemoryStore();
    private final List<PullPolicy.Candidate> asked = new CopyOnWriteArrayList<>();
    private PullPolicy policy = candidate -> {
        asked.add(candidate);
        return List.of();
    };
    private CredentialSource nodeCredentials = CredentialSource.NOTHING;
    private CurrentRegistries registries = TempRegistriesConf.write(Path.of("/tmp"), "");
    private TestImage image = new TestImage();

    private List<Path> readOnlyArtifacts = List.of();
    private PullWatch.Times times = new PullWatch.Times(Duration.ZERO, Duration.ofHours(1));

    @BeforeEach
    void prepare() {
        registries = TempRegistriesConf.write(folder, "", registry.host(), mirror.host());
        image = new TestImage().layer(BASE).layer(MIDDLE).layer(TOP).push(registry, "team/app", "1");
    }

    @AfterEach
    void stop() {
        clients.transports().close();
        registry.close();
        mirror.close();
        assertThat(store.stagings()).isZero();
    }

    private ImagePuller puller() {
        return new ImagePuller(
                store,
                artifacts(),
                new ImageSources(registries, nodeCredentials, clients.transports(), policy),
                new PullSettings(
                        ShortNameMode.ENFORCING,
                        new Platform("linux", "amd64", ""),
                        PullLimits.of(2),
                        UnpackLimits.GENEROUS,
                        times));
    }

    private ArtifactStore artifacts() {
        return ArtifactStore.open(folder, readOnlyArtifacts, Linux.real());
    }

    private ImageId pull(String image) {
        return puller().pull(PullRequest.of(image));
    }

    private StoredImage stored(ImageId id) {
        return store.image(id).orElseThrow();
    }

    private static List<String> keys(StoredImage image) {
        return image.data().stream().map(StoredImage.DataItem::key).toList();
    }

    @Test
    void anImageIsPulledWithAllItsLayersAndRecordedAsOtherToolsDo() {
        ImageId id = pull(registry.name("team/app:1"));
        assertThat(id.value()).isEqualTo(image.id());
        StoredImage stored = stored(id);
        assertThat(stored.names()).containsExactly(registry.name("team/app:1"));
        assertThat(stored.digest()).contains(image.digest());
        assertThat(keys(stored)).containsExactly("sha256:" + image.id(), "manifest-" + image.digest(), "manifest");
        assertThat(stored.metadata()).isEqualTo("{}");
        assertThat(stored.created()).isEqualTo(Instant.parse("2026-01-02T03:04:05Z"));
        assertThat(stored.topLayer()).contains(store.layerIds().getLast());
        assertThat(store.blobs()).allMatch(blob -> blob.compression() == Compression.GZIP);
        assertThat(store.blobs().getLast().digest()).isEqualTo(image.blobDigest(2));
        assertThat(store.blobs().getLast().size()).isEqualTo(image.blob(2).length);
    }

    @Test
    void aSecondPullFetchesNoLayer() {
        pull(registry.name("team/app:1"));
        int before = registry.seen().size();
        registry.manifest("team/app", "2", ManifestType.OCI_MANIFEST.mediaType(), image.manifest());
        ImageId id = pull(registry.name("team/app:2"));
        assertThat(stored(id).names()).containsExactly(registry.name("team/app:2"), registry.name("team/app:1"));
        assertThat(registry.paths().subList(before, registry.seen().size()))
                .noneMatch(path -> path.contains(image.blobDigest(0).toString()));
    }

    @Test
    void aPullByDigestIsNamedByTheDigestAndDropsTheTag() {
        ImageId id = pull(registry.name("team/app:1@" + image.digest()));
        assertThat(stored(id).names()).containsExactly(registry.name("team/app@" + image.digest()));
    }

    @Test
    void theManifestForThePlatformIsTakenFromAnIndex() {
        TestImage other = new TestImage().layer(TOP).architecture("arm64").push(registry, "team/app", "arm");
        byte[] index = TestImage.index(List.of(other, image));
        registry.manifest("team/app", "multi", ManifestType.OCI_INDEX.mediaType(), index);
        ImageId id = pull(registry.name("team/app:multi"));
        assertThat(id.value()).isEqualTo(image.id());
        assertThat(stored(id).digest()).contains(Digest.sha256Of(index));
        assertThat(keys(stored(id)))
                .containsExactly(
                        "sha256:" + image.id(),
                        "manifest-" + Digest.sha256Of(index),
                        "manifest-" + image.digest(),
                        "manifest");
        assertThat(asked).singleElement().satisfies(candidate -> {
            assertThat(candidate.topLevel()).isEqualTo(Digest.sha256Of(index));
            assertThat(candidate.instance().digest()).isEqualTo(image.digest());
        });
    }

    @Test
    void anImageOfAnotherPlatformIsPulledWhereNothingElseIsOffered() {
        TestImage other = new TestImage().layer(TOP).architecture("arm64").push(registry, "team/app", "arm");
        assertThat(pull(registry.name("team/app:arm")).value()).isEqualTo(other.id());
    }

    @Test
    void anIndexWithoutThePlatformIsNotFound() {
        TestImage other = new TestImage().layer(TOP).architecture("arm64").push(registry, "team/app", "arm");
        byte[] index = TestImage.index(List.of(other));
        registry.manifest("team/app", "multi", ManifestType.OCI_INDEX.mediaType(), index);
        assertThatThrownBy(() -> pull(registry.name("team/app:multi")))
                .isInstanceOf(CriusException.NotFound.class)
                .hasMessage("pull " + registry.name("team/app:multi")
                        + ": no image found in image index for architecture \"amd64\", variant \"\", OS \"linux\"");
        store.assertNothingLeft();
    }

    @Test
    void anImageWithoutLayersIsFine() {
        TestImage empty = new TestImage().push(registry, "empty", "1");
        assertThat(stored(pull(registry.name("empty:1"))).topLayer()).isEmpty();
        assertThat(empty.id()).hasSize(64);
    }

    @Test
    void contentThatTheStoreHasElsewhereIsNotDownloaded() {
        pull(registry.name("team/app:1"));
        int before = registry.seen().size();
        TestImage other = new TestImage().layer(MIDDLE).push(registry, "other", "1");
        pull(registry.name("other:1"));
        assertThat(registry.paths().subList(before, registry.seen().size()))
                .noneMatch(path -> path.contains(other.blobDigest(0).toString()));
        assertThat(store.blobs().getLast().digest()).isEqualTo(other.blobDigest(0));
        assertThat(store.blobs().getLast().compression()).isEqualTo(Compression.GZIP);
    }

    @Test
    void aBlobThatNobodyCheckedIsNotRecordedForCopiedContent() {
        pull(registry.name("team/app:1"));
        byte[] lie = TestImage.gzip("something else".getBytes(StandardCharsets.UTF_8));
        new TestImage().layer(MIDDLE, lie).push(registry, "other", "1");
        pull(registry.name("other:1"));
        assertThat(store.blobs().getLast().digest()).isEqualTo(Digest.sha256Of(MIDDLE));
        assertThat(store.blobs().getLast().compression()).isEqualTo(Compression.NONE);
    }

    @Test
    void aWrongBlobLeavesNothing() {
        registry.blob("team/app", image.blobDigest(1), TestImage.noise(7, image.blob(1).length));
        assertThatThrownBy(() -> pull(registry.name("team/app:1")))
                .isInstanceOf(CriusException.DataLoss.class)
                .hasMessageStartingWith(
                        "pull " + registry.name("team/app:1") + ": layer 1 (" + image.blobDigest(1) + "): ")
                .hasMessageContaining("Digest did not match, expected " + image.blobDigest(1));
        store.assertNothingLeft();
    }

    @Test
    void aBlobThatIsBrokenInTheMiddleIsReportedByItsDigest() {
        byte[] broken = image.blob(1).clone();
        java.util.Arrays.fill(broken, 5000, 6000, (byte) 0xff);
        registry.blob("team/app", image.blobDigest(1), broken);
        assertThatThrownBy(() -> pull(registry.name("team/app:1")))
                .isInstanceOf(CriusException.DataLoss.class)
                .hasMessageContaining("Digest did not match");
        store.assertNothingLeft();
    }

    @Test
    void contentThatIsNotWhatTheConfigurationSaysLeavesNothing() {
        Digest lie = Digest.sha256Of(TOP);
        TestImage lying =
                new TestImage().layer(BASE).layer(MIDDLE).diffId(1, lie).push(registry, "lying", "1");
        assertThatThrownBy(() -> pull(registry.name("lying:1")))
                .isInstanceOf(CriusException.DataLoss.class)
                .hasMessageContaining(
                        "layer 1 (blob " + lying.blobDigest(1) + ") does not match config's DiffID \"" + lie + "\"");
        store.assertNothingLeft();
    }

    @Test
    void aLayerThatIsNoArchiveLeavesNothing() {
        new TestImage()
                .layer(BASE)
                .layer("no tar at all".getBytes(StandardCharsets.UTF_8))
                .push(registry, "bad", "1");
        assertThatThrownBy(() -> pull(registry.name("bad:1")))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("malformed archive");
        store.assertNothingLeft();
    }

    @Test
    void aLayerThatIsNotCompressedAsItBeginsLeavesNothing() {
        byte[] broken = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 7, 7, 7};
        new TestImage().layer(TOP, broken).push(registry, "bad", "1");
        assertThatThrownBy(() -> pull(registry.name("bad:1")))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("is no layer: ");
        store.assertNothingLeft();
    }

    @Test
    void aPolicyIsAskedBeforeAnyBlobIsFetched() {
        policy = _ -> {
            throw new CriusException.PermissionDenied("SignatureValidationFailed: Source image rejected: no signature");
        };
        assertThatThrownBy(() -> pull(registry.name("team/app:1")))
                .isInstanceOf(CriusException.PermissionDenied.class)
                .hasMessage("SignatureValidationFailed: pull " + registry.name("team/app:1")
                        + ": Source image rejected: no signature");
        assertThat(registry.paths()).noneMatch(path -> path.contains("/blobs/"));
    }

    @Test
    void layersThatAnotherToolRemovesMeanwhileAreFetchedAgain() {
        store.loseLayers();
        assertThat(pull(registry.name("team/app:1")).value()).isEqualTo(image.id());
        assertThat(store.layerIds()).hasSize(3);
    }

    @Test
    void whenLayersGoAgainAndAgainThePullFailsAndLeavesNothing() {
        for (int i = 0; i < 3; i++) {
            store.loseLayers();
        }
        assertThatThrownBy(() -> pull(registry.name("team/app:1")))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("is gone");
        assertThat(store.images()).isEmpty();
    }

    @Test
    void aMirrorIsAskedFirst() {
        registries = TempRegistriesConf.write(folder, """
                [[registry]]
                location = "%s"
                insecure = true
                [[registry.mirror]]
                location = "%s/cache"
                insecure = true
                """.formatted(registry.host(), mirror.host()));
        image.push(mirror, "cache/team/app", "1");
        ImageId id = pull(registry.name("team/app:1"));
        assertThat(stored(id).names()).containsExactly(registry.name("team/app:1"));
        assertThat(registry.paths()).isEmpty();
    }

    @Test
    void withoutTheImageOnTheMirrorTheRegistryItselfIsAsked() {
        registries = mirrored();
        ImagePuller puller = puller();
        ImageId id = puller.pull(PullRequest.of(registry.name("team/app:1")));
        assertThat(id.value()).isEqualTo(image.id());
        assertThat(mirror.paths()).isNotEmpty();
        PullReport report = puller.lastPull(id).orElseThrow();
        assertThat(report.reference()).isEqualTo(registry.name("team/app:1"));
        assertThat(report.endpoint()).isEqualTo(registry.name("team/app:1"));
        assertThat(report.askedAs()).isEqualTo("without credentials");
        assertThat(report.failedBefore())
                .singleElement()
                .asString()
                .startsWith(mirror.host() + "/team/app:1: reading manifest 1")
                .contains("manifest unknown");
        assertThat(report.received()).isEqualTo(image.blob(0).length + image.blob(1).length + image.blob(2).length);
    }

    @Test
    void whenTheMirrorIsDownTheRegistryItselfIsAsked() {
        registries = mirrored();
        mirror.close();
        ImagePuller puller = puller();
        ImageId id = puller.pull(PullRequest.of(registry.name("team/app:1")));
        assertThat(id.value()).isEqualTo(image.id());
        assertThat(puller.lastPull(id).orElseThrow().failedBefore())
                .singleElement()
                .asString()
                .startsWith(mirror.host() + "/team/app:1: RegistryUnavailable: ")
                .containsIgnoringCase("connection refused");
    }

    @Test
    void aBlockedRegistryIsNotAsked() {
        registries = TempRegistriesConf.write(folder, """
                [[registry]]
                location = "%s"
                insecure = true
                blocked = true
                [[registry.mirror]]
                location = "%s"
                insecure = true
                """.formatted(registry.host(), mirror.host()));
        assertThatThrownBy(() -> pull(registry.name("team/app:1")))
                .isInstanceOf(CriusException.PermissionDenied.class)
                .hasMessageContaining("registry " + registry.host() + " is blocked in " + folder)
                .hasMessageEndingWith("registries.conf:1");
        assertThat(registry.connections()).isZero();
        assertThat(mirror.connections()).isZero();
    }

    private CurrentRegistries mirrored() {
        return TempRegistriesConf.write(folder, """
                [[registry]]
                location = "%s"
                insecure = true
                [[registry.mirror]]
                location = "%s"
                insecure = true
                """.formatted(registry.host(), mirror.host()));
    }

    @Test
    void whenAllFailTheRegistrysErrorComesWithThoseOfTheMirrors() {
        registries = mirrored();
        assertThatThrownBy(() -> pull(registry.name("team/app:9")))
                .isInstanceOf(CriusException.NotFound.class)
                .hasMessage("pull " + registry.name("team/app:9") + ": (Mirrors also failed: ["
                        + mirror.name("team/app:9")
                        + ": reading manifest 9 in " + mirror.name("team/app") + ": manifest unknown: is not here]): "
                        + registry.name("team/app:9") + ": reading manifest 9 in " + registry.name("team/app")
                        + ": manifest unknown: is not here");
    }

    @Test
    void credentialsOfTheRequestAreNotShownToAMirrorElsewhere() {
        registries = mirrored();
        image.push(mirror, "team/app", "1");
        for (FakeRegistry one : List.of(registry, mirror)) {
            one.fault(exchange -> {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"r\"");
                if (exchange.getRequestHeaders().containsKey("Authorization")) {
                    return false;
                }
                FakeRegistry.answer(exchange, 401, "{}");
                return true;
            });
        }
        var auth = new RequestAuth("kube", "secret", "", "", "", "");
        puller().pull(new PullRequest(registry.name("team/app:1"), auth, ""));
        assertThat(mirror.seen()).noneMatch(seen -> seen.header("Authorization").isPresent());
        assertThat(registry.seen().getLast().header("Authorization")).isPresent();
    }

    @Test
    void aRefusalSaysWhoAsked() {
        registry.fault(exchange -> {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"r\"");
            FakeRegistry.answer(exchange, 401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\"}]}");
            return true;
        });
        assertThatThrownBy(() -> pull(registry.name("team/app:1")))
                .isInstanceOf(CriusException.PermissionDenied.class)
                .hasMessageEndingWith("unauthorized (asked without credentials)");
        var auth = new RequestAuth("kube", "secret", "", "", "", "");
        assertThatThrownBy(() -> puller().pull(new PullRequest(registry.name("team/app:1"), auth, "")))
                .hasMessageEndingWith("unauthorized (asked as user kube, which came with the request)");
        nodeCredentials = _ -> new Credentials.IdentityToken("secret");
        assertThatThrownBy(() -> pull(registry.name("team/app:1")))
                .hasMessageEndingWith("unauthorized (asked as identity token, which the node has)");
    }

    @Test
    void theNodesCredentialsAreUsedWhereTheRequestBringsNone() {
        nodeCredentials = reference -> {
            assertThat(reference.repository()).isEqualTo(registry.name("team/app"));
            return new Credentials.UserPassword("node", "x");
        };
        registry.fault(exchange -> {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"r\"");
            return false;
        });
        pull(registry.name("team/app:1"));
        assertThat(registry.seen().getLast().header("Authorization"))
                .contains(new Credentials.UserPassword("node", "x").basicHeader());
    }

    @Test
    void aShortNameIsResolvedAndTheImageGetsItsFullName() {
        registries = TempRegistriesConf.write(
                folder, "unqualified-search-registries = [\"" + registry.host() + "\"]", registry.host());
        assertThat(stored(pull("team/app:1")).names()).containsExactly(registry.name("team/app:1"));
    }

    @Test
    void aNameThatIsNoneIsRefused() {
        assertThatThrownBy(() -> pull("UPPER CASE"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("UPPER CASE");
    }

    /** Holds back all answers for paths with this part until opened. */
    private static final class Gate implements FakeRegistry.Fault {
        private final String part;
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);

        Gate(String part) {
            this.part = part;
        }

        @Override
        public boolean answered(com.sun.net.httpserver.HttpExchange exchange) {
            if (exchange.getRequestURI().getPath().contains(part)) {
                reached.countDown();
                try {
                    open.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return false;
        }
    }

    /** A pull on a thread of its own. */
    private static final class Pulling {
        private final AtomicReference<Object> outcome = new AtomicReference<>();
        private final Thread thread;

        Pulling(ImagePuller puller, String image) {
            this(puller, PullRequest.of(image));
        }

        Pulling(ImagePuller puller, PullRequest request) {
            thread = Thread.ofVirtual().start(() -> {
                try {
                    outcome.set(puller.pull(request));
                } catch (CriusException e) {
                    outcome.set(e);
                }
            });
        }

        Object outcome() throws InterruptedException {
            thread.join();
            return outcome.get();
        }
    }

    @Test
    void equalPullsAreOne() throws InterruptedException {
        var gate = new Gate("/blobs/" + image.blobDigest(1));
        registry.fault(gate);
        ImagePuller puller = puller();
        List<Pulling> pulls = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            pulls.add(new Pulling(puller, registry.name("team/app:1")));
        }
        gate.reached.await();
        assertThat(puller.inProgress()).singleElement().satisfies(one -> {
            assertThat(one.layers().missing()).isEqualTo(3);
            assertThat(one.toString()).startsWith("fetching layers, ");
        });
        gate.open.countDown();
        for (Pulling one : pulls) {
            assertThat(one.outcome()).isEqualTo(new ImageId(image.id()));
        }
        assertThat(registry.paths().stream()
                        .filter(path -> path.contains(image.blobDigest(1).toString())))
                .hasSize(1);
        assertThat(puller.inProgress()).isEmpty();
    }

    /** Who shows other credentials, or comes from another namespace, may not be allowed what somebody else was allowed. */
    @Test
    void whoAsksAsSomebodyElseDoesNotJoin() throws InterruptedException {
        var gate = new Gate("/manifests/");
        registry.fault(gate);
        ImagePuller puller = puller();
        String name = registry.name("team/app:1");
        var one = new RequestAuth("one", "secret", "", "", "", "");
        var two = new RequestAuth("two", "secret", "", "", "", "");
        List<Pulling> pulls = List.of(
                new Pulling(puller, new PullRequest(name, one, "")),
                new Pulling(puller, new PullRequest(name, two, "")),
                new Pulling(puller, new PullRequest(name, one, "team-a")),
                new Pulling(puller, new PullRequest(name, one, "")));
        gate.reached.await();
        awaitRunning(puller, 3);
        gate.open.countDown();
        for (Pulling pull : pulls) {
            assertThat(pull.outcome()).isEqualTo(new ImageId(image.id()));
        }
        assertThat(registry.paths().stream().filter(path -> path.endsWith("/manifests/1")))
                .hasSize(3);
    }

    private static void awaitRunning(ImagePuller puller, int pulls) {
        long limit = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (puller.inProgress().size() < pulls) {
            assertThat(System.nanoTime()).as("pulls that run").isLessThan(limit);
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Test
    void whatHappensToPullsIsTold() throws InterruptedException {
        times = new PullWatch.Times(Duration.ZERO, Duration.ofMillis(30));
        var gate = new Gate("/blobs/" + image.blobDigest(1));
        registry.fault(gate);
        ImagePuller puller = puller();
        var lines = new CopyOnWriteArrayList<String>();
        try (LogListener _ = LogListener.of(PullWatch.class, lines::add)) {
            var one = new Pulling(puller, registry.name("team/app:1"));
            gate.reached.await();
            long limit = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            int before = puller.eventsAfter(0).size();
            lines.clear();
            while (puller.eventsAfter(before).isEmpty() || lines.isEmpty()) {
                assertThat(System.nanoTime()).as("the pull is told of").isLessThan(limit);
                LockSupport.parkNanos(5_000_000);
            }
            gate.open.countDown();
            assertThat(one.outcome()).isInstanceOf(ImageId.class);
        }
        assertThatThrownBy(() -> puller.pull(PullRequest.of(registry.name("team/app:none"))))
                .isInstanceOf(CriusException.NotFound.class);

        List<PullEvent> events = puller.eventsAfter(0);
        assertThat(events.getFirst().kind()).isEqualTo(PullEvent.Kind.BEGUN);
        assertThat(events.getFirst().pull().image()).isEqualTo(registry.name("team/app:1"));
        assertThat(events.get(1).kind()).isEqualTo(PullEvent.Kind.PROGRESS);
        assertThat(events)
                .filteredOn(event -> event.kind() == PullEvent.Kind.PROGRESS)
                .last()
                .satisfies(event -> {
                    assertThat(event.pull().layers().missing()).isEqualTo(3);
                    assertThat(event.pull().bytes().expected())
                            .isEqualTo(image.blob(0).length + image.blob(1).length + image.blob(2).length);
                });
        assertThat(events)
                .extracting(PullEvent::number)
                .containsExactlyElementsOf(java.util.stream.LongStream.rangeClosed(1, events.size())
                        .boxed()
                        .toList());
        assertThat(events)
                .filteredOn(event -> event.kind() == PullEvent.Kind.PULLED)
                .singleElement()
                .extracting(PullEvent::outcome)
                .isEqualTo(image.id());
        assertThat(events.getLast().kind()).isEqualTo(PullEvent.Kind.FAILED);
        assertThat(events.getLast().outcome()).contains("manifest unknown");
        assertThat(puller.eventsAfter(events.size() - 1)).containsExactly(events.getLast());
        assertThat(lines.getFirst())
                .startsWith("pulling " + registry.name("team/app:1") + ": fetching layers, ")
                .contains(" of 3 layers ready, ", " bytes received, ", " MB/s");
    }

    @Test
    void whoLeavesDoesNotEndThePullOfOthersAndTheLastOneDoes() throws InterruptedException {
        var gate = new Gate("/blobs/" + image.blobDigest(1));
        registry.fault(gate);
        ImagePuller puller = puller();
        var one = new Pulling(puller, registry.name("team/app:1"));
        gate.reached.await();
        var two = new Pulling(puller, registry.name("team/app:1"));
        one.thread.interrupt();
        assertThat(one.outcome()).isInstanceOf(CriusException.Cancelled.class);
        assertThat(puller.inProgress()).hasSize(1);
        two.thread.interrupt();
        assertThat(two.outcome()).isInstanceOf(CriusException.Cancelled.class);
        awaitEnd(puller);
        gate.open.countDown();
        store.assertNothingLeft();
    }

    @Test
    void aDeadlineEndsTheWaitAndSaysHowFarThePullIs() throws InterruptedException {
        var gate = new Gate("/blobs/" + image.blobDigest(1));
        registry.fault(gate);
        ImagePuller puller = puller();
        var other = new Pulling(puller, registry.name("team/app:1"));
        gate.reached.await();
        assertThatThrownBy(() -> ScopedValue.where(Deadline.CURRENT, Deadline.after(Duration.ofMillis(50)))
                        .run(() -> puller.pull(PullRequest.of(registry.name("team/app:1")))))
                .isInstanceOf(CriusException.DeadlineExceeded.class)
                .hasMessageMatching(
                        "pull .*/team/app:1: not done in time: fetching layers, [012] of 3 layers ready, .*");
        gate.open.countDown();
        assertThat(other.outcome()).isInstanceOf(ImageId.class);
    }

    @Test
    void layersThatDifferentImagesShareAreFetchedOnce() throws InterruptedException {
        TestImage cousin = new TestImage()
                .layer(BASE)
                .layer(MIDDLE)
                .layer(TestImage.noise(8, 100))
                .push(registry, "team/app", "cousin");
        var gate = new Gate("/blobs/" + image.blobDigest(1));
        registry.fault(gate);
        ImagePuller puller = puller();
        var one = new Pulling(puller, registry.name("team/app:1"));
        gate.reached.await();
        var two = new Pulling(puller, registry.name("team/app:cousin"));
        long limit = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (puller.inProgress().stream()
                .noneMatch(
                        pull -> pull.image().endsWith("cousin") && pull.layers().ready() == 2)) {
            assertThat(System.nanoTime()).as("the cousin waits for one layer").isLessThan(limit);
            LockSupport.parkNanos(5_000_000);
        }
        one.thread.interrupt();
        assertThat(one.outcome()).isInstanceOf(CriusException.Cancelled.class);
        gate.open.countDown();
        assertThat(two.outcome()).isEqualTo(new ImageId(cousin.id()));
        assertThat(registry.paths().stream()
                        .filter(path -> path.contains(image.blobDigest(1).toString())))
                .hasSize(1);
        assertThat(store.images()).hasSize(1);
    }

    /** The requests of one pull in the order in which they come when nothing fails. */
    private int requestsOfAPull() {
        pull(registry.name("team/app:1"));
        store.deleteImage(new ImageId(image.id()));
        store.assertNothingLeft();
        return registry.seen().size();
    }

    private static FakeRegistry.Fault at(int request, FakeRegistry.Fault fault) {
        var left = new AtomicInteger(request);
        return exchange -> left.getAndDecrement() == 0 && fault.answered(exchange);
    }

    @Test
    void aFailureAtAnyRequestLeavesNothingAndIsNoObstacleToTheNextPull() {
        int requests = requestsOfAPull();
        for (int i = 0; i < requests; i++) {
            registry.fault(at(i, FakeRegistry.status("/", 404, "")));
            String name = registry.name("team/app:1");
            assertThatThrownBy(() -> pull(name)).as("request " + i).isInstanceOf(CriusException.NotFound.class);
            store.assertNothingLeft();
        }
        assertThat(pull(registry.name("team/app:1")).value()).isEqualTo(image.id());
    }

    @Test
    void anInterruptAtAnyRequestLeavesNothing() throws InterruptedException {
        int requests = requestsOfAPull();
        ImagePuller puller = puller();
        for (int i = 0; i < requests; i++) {
            var reached = new CountDownLatch(1);
            var open = new CountDownLatch(1);
            registry.fault(at(i, exchange -> {
                reached.countDown();
                try {
                    open.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return false;
            }));
            var pulling = new Pulling(puller, registry.name("team/app:1"));
            reached.await();
            pulling.thread.interrupt();
            assertThat(pulling.outcome()).as("request " + i).isInstanceOf(CriusException.Cancelled.class);
            awaitEnd(puller);
            open.countDown();
            store.assertNothingLeft();
        }
    }

    private void awaitEnd(ImagePuller puller) {
        long limit = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (store.stagings() > 0 || !puller.inProgress().isEmpty()) {
            assertThat(System.nanoTime()).as("the cancelled pull ends").isLessThan(limit);
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Test
    void aDiskThatFailsAtAnyChangeLeavesNothing() {
        for (int i = 0; i < 4; i++) {
            store.failAfter(i);
            assertThatThrownBy(() -> pull(registry.name("team/app:1")))
                    .isInstanceOf(CriusException.Failed.class)
                    .hasMessage("pull " + registry.name("team/app:1") + ": no space left on device");
            store.assertNothingLeft();
        }
        assertThat(pull(registry.name("team/app:1")).value()).isEqualTo(image.id());
    }

    /** Six at once, one for the attempt to speak TLS; whoever comes later finds a connection that is open. */
    @Test
    void connectionsAreUsedAgain() {
        var many = new TestImage();
        for (int i = 0; i < 40; i++) {
            many.layer(TestImage.noise(100 + i, 2000));
        }
        many.push(registry, "many", "1");
        ImagePuller puller = puller();
        puller.pull(PullRequest.of(registry.name("many:1")));
        assertThat(registry.seen().size()).isGreaterThan(40);
        assertThat(registry.connections()).isLessThanOrEqualTo(8);
        int before = registry.connections();
        puller.pull(PullRequest.of(registry.name("team/app:1")));
        assertThat(registry.connections() - before).isLessThanOrEqualTo(3);
    }

    /** How many layers were asked for at once; they come when the count stays where it is. */
    private static final class Crowd implements FakeRegistry.Fault {
        private final int expected;
        private final AtomicInteger now = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();

        Crowd(int expected) {
            this.expected = expected;
        }

        /** Waits until as many are there as ever will be, at first; then a little, so that one too many would show. */
        private void awaitFull() {
            long limit = System.nanoTime()
                    + Duration.ofSeconds(most.get() < expected ? 2 : 0).toNanos();
            while (most.get() < expected && System.nanoTime() < limit) {
                LockSupport.parkNanos(1_000_000);
            }
            LockSupport.parkNanos(10_000_000);
        }

        @Override
        public boolean answered(com.sun.net.httpserver.HttpExchange exchange) {
            if (exchange.getRequestURI().getPath().contains("/blobs/")) {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                awaitFull();
                now.decrementAndGet();
            }
            return false;
        }
    }

    private TestImage withLayers(int count, int seed, String repository) {
        TestImage many = new TestImage();
        for (int i = 0; i < count; i++) {
            many.layer(TestImage.noise(seed + i, 20_000));
        }
        return many.push(registry, repository, "1");
    }

    @Test
    void sixLayersOfOneImageAreUnderWayAtOnce() {
        TestImage many = withLayers(30, 1000, "many");
        var crowd = new Crowd(6);
        registry.fault(crowd);
        assertThat(pull(registry.name("many:1")).value()).isEqualTo(many.id());
        assertThat(store.layerIds()).hasSize(30);
        assertThat(crowd.most).hasValue(6);
    }

    @Test
    void sixteenLayersOfAllImagesAreUnderWayAtOnce() throws InterruptedException {
        List<TestImage> images = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            images.add(withLayers(20, 1000 + 100 * i, "many" + i));
        }
        var crowd = new Crowd(16);
        registry.fault(crowd);
        ImagePuller puller = puller();
        List<Pulling> pulls = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            pulls.add(new Pulling(puller, registry.name("many" + i + ":1")));
        }
        for (int i = 0; i < images.size(); i++) {
            assertThat(pulls.get(i).outcome())
                    .isEqualTo(new ImageId(images.get(i).id()));
        }
        assertThat(crowd.most).hasValue(16);
    }

    @Test
    void anArtifactIsKeptAsTheFilesItConsistsOf() {
        var model = new TestArtifact("application/vnd.example.model")
                .file("a.bin", BASE)
                .file("b.bin", MIDDLE)
                .push(registry, "models/m", "1");
        ImageId id = pull(registry.name("models/m:1"));
        assertThat(id.value()).isEqualTo(model.digest().hex());
        assertThat(store.images()).isEmpty();
        Artifact kept = artifacts().byId(id.value()).orElseThrow();
        assertThat(kept.names()).containsExactly(registry.name("models/m:1"));
        assertThat(kept.files().getFirst().path()).hasBinaryContent(BASE);
        int before = registry.seen().size();
        assertThat(pull(registry.name("models/m@" + model.digest()))).isEqualTo(id);
        assertThat(registry.paths().subList(before, registry.paths().size()))
                .noneMatch(path -> path.contains("/blobs/"));
        assertThat(artifacts().byId(id.value()).orElseThrow().names()).hasSize(2);
    }

    @Test
    void anArtifactThatAReadOnlyStoreHasIsNotPulled() {
        var model = new TestArtifact("application/vnd.example.model")
                .file("a.bin", BASE)
                .push(registry, "models/m", "1");
        pull(registry.name("models/m:1"));
        int before = registry.seen().size();
        readOnlyArtifacts = List.of(folder);
        assertThat(pull(registry.name("models/m:1")).value())
                .isEqualTo(model.digest().hex());
        assertThat(registry.seen()).hasSize(before);
    }

    @Test
    void aFailureAtAnyRequestOfAnArtifactLeavesNothing() {
        new TestArtifact("application/vnd.example.model")
                .file("a.bin", BASE)
                .file("b.bin", MIDDLE)
                .push(registry, "models/m", "1");
        for (int requests = 1; requests <= 5; requests++) {
            var left = new AtomicInteger(requests);
            registry.fault(exchange -> {
                if (left.decrementAndGet() != 0) {
                    return false;
                }
                FakeRegistry.answer(exchange, 500, "broken");
                return true;
            });
            assertThatThrownBy(() -> pull(registry.name("models/m:1"))).isInstanceOf(CriusException.class);
            assertThat(artifacts().list()).isEmpty();
            assertThat(folder.resolve("artifacts/tmp")).doesNotExist();
            left.set(0);
        }
        pull(registry.name("models/m:1"));
        assertThat(artifacts().list()).hasSize(1);
    }

    @Test
    void aDamagedBlobOfAnArtifactLeavesNothing() {
        var model = new TestArtifact("application/vnd.example.model")
                .file("a.bin", BASE)
                .push(registry, "models/m", "1");
        registry.blob("models/m", model.needed().getFirst().digest(), TestImage.noise(99, BASE.length));
        assertThatThrownBy(() -> pull(registry.name("models/m:1")))
                .isInstanceOf(CriusException.DataLoss.class)
                .hasMessageContaining("Digest did not match, expected "
                        + model.needed().getFirst().digest());
        assertThat(artifacts().list()).isEmpty();
    }

    @Test
    void aPullThatStandsStillForTooLongIsEndedAndSaysHowFarItWas() throws InterruptedException {
        times = new PullWatch.Times(Duration.ofMillis(300), Duration.ofHours(1));
        var silent = new CountDownLatch(1);
        registry.fault(exchange -> {
            if (!exchange.getRequestURI().getPath().contains(image.blobDigest(2).hex())) {
                return false;
            }
            try {
                silent.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return true;
        });
        assertThatThrownBy(() -> pull(registry.name("team/app:1")))
                .isInstanceOf(CriusException.DeadlineExceeded.class)
                .hasMessageContaining("no progress for 300 ms (pull_progress_timeout)")
                .hasMessageContaining("of 3 layers ready");
        silent.countDown();
        assertThat(store.images()).isEmpty();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void credentialsThatWerePutDownForANamespaceAreUsedForOnePullAndAreGoneThen() throws IOException {
        Path auth = Files.createDirectories(folder.resolve("auth"));
        String base = "team-a-"
                + Digest.sha256Of(registry.name("team/app").getBytes(StandardCharsets.UTF_8))
                        .hex();
        Path file = auth.resolve(base + ".json");
        Files.writeString(file, "{\"auths\":{\"" + registry.host() + "\":{\"auth\":\"" + basic("nina:pass") + "\"}}}");
        nodeCredentials = NamespacedCredentials.open(auth, new CredentialHelper(Map.of()), _ -> Credentials.NONE);
        requireBasic("nina:pass");
        assertThatThrownBy(
                        () -> puller().pull(new PullRequest(registry.name("team/app:1"), RequestAuth.NONE, "team-b")))
                .isInstanceOf(CriusException.PermissionDenied.class)
                .hasMessageContaining("asked without credentials");
        assertThat(file).exists();
        puller().pull(new PullRequest(registry.name("team/app:1"), RequestAuth.NONE, "team-a"));
        assertThat(file).doesNotExist();
        assertThat(auth.resolve("in-use")).isEmptyDirectory();
        assertThatThrownBy(
                        () -> puller().pull(new PullRequest(registry.name("team/app:1"), RequestAuth.NONE, "team-a")))
                .isInstanceOf(CriusException.PermissionDenied.class);
    }

    private static String basic(String pair) {
        return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private void requireBasic(String pair) {
        registry.fault(exchange -> {
            if (("Basic " + basic(pair)).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                return false;
            }
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"r\"");
            FakeRegistry.answer(exchange, 401, "");
            return true;
        });
    }
}
