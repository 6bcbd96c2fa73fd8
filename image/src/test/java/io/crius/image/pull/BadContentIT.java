package io.crius.image.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.config.ShortNameMode;
import io.crius.image.artifact.ArtifactStore;
import io.crius.image.auth.CredentialSource;
import io.crius.image.fixture.Clients;
import io.crius.image.fixture.FakeRegistry;
import io.crius.image.fixture.TempRegistriesConf;
import io.crius.image.fixture.TestImage;
import io.crius.linux.Linux;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.oci.image.ManifestType;
import io.crius.oci.image.Platform;
import io.crius.storage.Store;
import io.crius.storage.StoreFindings;
import io.crius.storage.StoreOptions;
import io.crius.storage.archive.UnpackLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Images that are not what they say, pulled from a registry over HTTP into a store on disk: each is refused with its reason, and
 * the store has what it had before, to the file.
 */
class BadContentIT {
    private static final String OCI = ManifestType.OCI_MANIFEST.mediaType();

    @TempDir
    Path folder;

    private final FakeRegistry registry = FakeRegistry.start();
    private final Clients clients = new Clients();

    /** What is wrong, and what is said of it. */
    enum Bad {
        LAYER_BLOB("Digest did not match, expected sha256:") {
            @Override
            void push(FakeRegistry registry) {
                TestImage image = twoLayers().push(registry, "bad", "1");
                byte[] blob = image.blob(1).clone();
                blob[blob.length / 2] ^= 1;
                registry.blob("bad", image.blobDigest(1), blob);
            }
        },
        LAYER_CUT_SHORT("the connection ended after ") {
            @Override
            void push(FakeRegistry registry) {
                TestImage image = twoLayers().push(registry, "bad", "1");
                byte[] blob = image.blob(1);
                registry.blob("bad", image.blobDigest(1), Arrays.copyOf(blob, blob.length / 2));
            }
        },
        DIFF_ID("does not match config's DiffID") {
            @Override
            void push(FakeRegistry registry) {
                twoLayers().diffId(1, Digest.sha256Of(new byte[] {1})).push(registry, "bad", "1");
            }
        },
        DIFF_IDS_MISSING("layers") {
            @Override
            void push(FakeRegistry registry) {
                TestImage image = twoLayers().push(registry, "bad", "1");
                byte[] config =
                        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}"
                                .getBytes(StandardCharsets.UTF_8);
                String manifest = new String(image.manifest(), StandardCharsets.UTF_8)
                        .replace(
                                Digest.sha256Of(image.config()).toString(),
                                Digest.sha256Of(config).toString())
                        .replace("\"size\":" + image.config().length, "\"size\":" + config.length);
                registry.blob("bad", config);
                registry.manifest("bad", "1", OCI, manifest.getBytes(StandardCharsets.UTF_8));
            }
        },
        CONFIGURATION("Digest did not match") {
            @Override
            void push(FakeRegistry registry) {
                TestImage image = twoLayers().push(registry, "bad", "1");
                byte[] other = twoLayers().user("0000").config();
                registry.blob("bad", Digest.sha256Of(image.config()), Arrays.copyOf(other, image.config().length));
            }
        },
        INSTANCE_OF_AN_INDEX("manifest") {
            @Override
            void push(FakeRegistry registry) {
                TestImage image = twoLayers().push(registry, "bad", "one");
                TestImage other = new TestImage().layer(tar("x", "x")).push(registry, "bad", "other");
                registry.manifest("bad", "1", ManifestType.OCI_INDEX.mediaType(), TestImage.index(List.of(image)));
                registry.manifest("bad", image.digest().toString(), OCI, other.manifest());
            }
        },
        MANIFEST_TOO_LARGE("4194304") {
            @Override
            void push(FakeRegistry registry) {
                byte[] manifest = twoLayers().manifest();
                byte[] large = Arrays.copyOf(manifest, 5 << 20);
                Arrays.fill(large, manifest.length, large.length, (byte) ' ');
                registry.manifest("bad", "1", OCI, large);
            }
        },
        PATH_TWICE("duplicates of file paths not supported") {
            @Override
            void push(FakeRegistry registry) {
                byte[] one = tar("twice", "1");
                byte[] both = Arrays.copyOf(one, 1024 + one.length);
                System.arraycopy(one, 0, both, 1024, one.length);
                new TestImage().layer(tar("base", "x")).layer(both).push(registry, "bad", "1");
            }
        },
        NO_ARCHIVE("unpack layer: tar: ") {
            @Override
            void push(FakeRegistry registry) {
                new TestImage()
                        .layer(tar("base", "x"))
                        .layer(TestImage.noise(1, 100_000))
                        .push(registry, "bad", "1");
            }
        },
        OUT_OF_THE_LAYER("..") {
            @Override
            void push(FakeRegistry registry) {
                new TestImage()
                        .layer(tar("base", "x"))
                        .layer(tar("../../../escaped", "x"))
                        .push(registry, "bad", "1");
            }
        },
        UNKNOWN_TYPE("application/vnd.example.unknown") {
            @Override
            void push(FakeRegistry registry) {
                TestImage image = twoLayers().push(registry, "bad", "1");
                registry.manifest("bad", "1", "application/vnd.example.unknown", image.manifest());
            }
        },
        TYPE_OF_ANOTHER_KIND("mediaType") {
            @Override
            void push(FakeRegistry registry) {
                TestImage image = twoLayers().push(registry, "bad", "1");
                registry.manifest("bad", "1", ManifestType.DOCKER_SCHEMA_2.mediaType(), image.manifest());
            }
        };

        private final String reason;

        Bad(String reason) {
            this.reason = reason;
        }

        abstract void push(FakeRegistry registry);
    }

    private static TestImage twoLayers() {
        return new TestImage().layer(tar("base", "base")).layer(tar("top", "top"));
    }

    /** An archive of one file, without its end. */
    private static byte[] tar(String name, String content) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000644");
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, "%011o".formatted(content.length()));
        put(header, 136, "%011o".formatted(0));
        put(header, 148, "        ");
        header[156] = '0';
        put(header, 257, "ustar\u000000");
        int sum = 0;
        for (byte one : header) {
            sum += one & 0xff;
        }
        put(header, 148, "%06o\0".formatted(sum));
        var out = new ByteArrayOutputStream();
        out.writeBytes(header);
        out.writeBytes(Arrays.copyOf(content.getBytes(StandardCharsets.US_ASCII), 512));
        return out.toByteArray();
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    @BeforeEach
    void needRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "layers are unpacked as root only");
    }

    @AfterEach
    void stop() {
        clients.transports().close();
        registry.close();
    }

    @ParameterizedTest
    @EnumSource(Bad.class)
    void itIsRefusedAndLeavesNothing(Bad bad) throws IOException {
        new TestImage().layer(tar("good", "good")).push(registry, "good", "1");
        bad.push(registry);
        Path root = folder.resolve("root");
        try (Store store = Store.open(StoreOptions.of(root, folder.resolve("run")), Linux.real())) {
            ImagePuller puller = puller(store);
            puller.pull(PullRequest.of(registry.name("good:1")));
            Map<String, Long> before = files(root);

            assertThatThrownBy(() -> puller.pull(PullRequest.of(registry.name("bad:1"))))
                    .isInstanceOfAny(
                            CriusException.DataLoss.class,
                            CriusException.InvalidArgument.class,
                            CriusException.Unavailable.class)
                    .hasMessageContaining(bad.reason);

            assertThat(files(root)).isEqualTo(before);
            assertThat(store.check()).matches(StoreFindings::isClean);
            assertThat(folder.resolve("escaped")).doesNotExist();
        }
    }

    private ImagePuller puller(Store store) {
        return new ImagePuller(
                store,
                ArtifactStore.open(folder.resolve("root"), List.of(), Linux.real()),
                new ImageSources(
                        TempRegistriesConf.write(folder, "", registry.host()),
                        CredentialSource.NOTHING,
                        clients.transports(),
                        PullPolicy.ACCEPT_ALL),
                new PullSettings(
                        ShortNameMode.ENFORCING,
                        new Platform("linux", "amd64", ""),
                        PullLimits.of(2),
                        UnpackLimits.GENEROUS));
    }

    /** Every file and folder with its length; locks are left out, which carry who wrote last. */
    private static Map<String, Long> files(Path root) throws IOException {
        var files = new TreeMap<String, Long>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path :
                    all.filter(path -> !path.toString().endsWith(".lock")).toList()) {
                files.put(root.relativize(path).toString(), Files.isRegularFile(path) ? Files.size(path) : 0L);
            }
        }
        return files;
    }
}
