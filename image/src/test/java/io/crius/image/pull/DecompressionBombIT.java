package io.crius.image.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.airlift.compress.v3.zstd.ZstdOutputStream;
import io.crius.config.ShortNameMode;
import io.crius.image.artifact.ArtifactStore;
import io.crius.image.auth.CredentialSource;
import io.crius.image.fixture.Clients;
import io.crius.image.fixture.FakeRegistry;
import io.crius.image.fixture.TempRegistriesConf;
import io.crius.image.fixture.TestImage;
import io.crius.linux.Linux;
import io.crius.model.CriusException;
import io.crius.oci.image.Platform;
import io.crius.storage.Store;
import io.crius.storage.StoreOptions;
import io.crius.storage.archive.UnpackLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Blobs of some kilobytes that become very large, against limits that are small here. */
class DecompressionBombIT {
    private static final int LIMIT = 16 << 20;
    private static final long HUGE = 256L << 20;

    @TempDir
    Path folder;

    private final FakeRegistry registry = FakeRegistry.start();
    private final Clients clients = new Clients();

    enum Packer {
        GZIP {
            @Override
            OutputStream over(OutputStream out) throws IOException {
                return new GZIPOutputStream(out);
            }
        },
        ZSTD {
            @Override
            OutputStream over(OutputStream out) throws IOException {
                return new ZstdOutputStream(out);
            }
        };

        abstract OutputStream over(OutputStream out) throws IOException;
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

    private static byte[] blob(Packer packer, byte[] start, long zeros) throws IOException {
        var out = new ByteArrayOutputStream();
        try (OutputStream packed = packer.over(out)) {
            packed.write(start);
            byte[] block = new byte[1 << 20];
            for (long written = 0; written < zeros; written += block.length) {
                packed.write(block);
            }
        }
        return out.toByteArray();
    }

    /** Of a regular file. */
    private static byte[] header(String name, long size) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000644");
        put(header, 124, "%011o".formatted(size));
        put(header, 136, "%011o".formatted(0));
        put(header, 148, "        ");
        header[156] = '0';
        put(header, 257, "ustar\u000000");
        int sum = 0;
        for (byte one : header) {
            sum += one & 0xff;
        }
        put(header, 148, "%06o\0".formatted(sum));
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    private void refused(byte[] blob, String reason) throws IOException {
        assertThat(blob.length).isLessThan(2 << 20);
        new TestImage().layer(new byte[0], blob).push(registry, "bomb", "1");
        try (Store store = Store.open(StoreOptions.of(folder.resolve("root"), folder.resolve("run")), Linux.real())) {
            var puller = new ImagePuller(
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
                            new UnpackLimits(LIMIT, 1000, 1 << 20)));
            assertThatThrownBy(() -> puller.pull(PullRequest.of(registry.name("bomb:1"))))
                    .isInstanceOf(CriusException.InvalidArgument.class)
                    .hasMessageContaining(reason);
            assertThat(store.images()).isEmpty();
            assertThat(store.usage().layers()).isZero();
            try (Stream<Path> left = Files.list(folder.resolve("root/overlay"))) {
                assertThat(left.map(path -> path.getFileName().toString())).doesNotContain("tempdirs");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Packer.class)
    void aHugeFileIsRefusedByWhatItDeclares(Packer packer) throws IOException {
        refused(blob(packer, header("huge", HUGE), HUGE), "\"huge\" declares " + HUGE + " bytes");
    }

    @ParameterizedTest
    @EnumSource(Packer.class)
    void zerosBehindTheEndCount(Packer packer) throws IOException {
        refused(blob(packer, header("empty", 0), HUGE), "tar: more than the allowed " + LIMIT + " bytes");
    }
}
