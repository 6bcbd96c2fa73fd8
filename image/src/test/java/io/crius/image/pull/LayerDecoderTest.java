package io.crius.image.pull;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.airlift.compress.v3.zstd.ZstdOutputStream;
import io.crius.image.fixture.TestImage;
import io.crius.storage.Compression;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LayerDecoderTest {
    private static final byte[] CONTENT = content();

    private static byte[] content() {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < 50_000; i++) {
            out.writeBytes(("line " + i + "\n").getBytes(UTF_8));
        }
        out.writeBytes(TestImage.noise(9, 300_000));
        return out.toByteArray();
    }

    /** Gives little at a time and says that nothing is available, as a network does. */
    private static InputStream trickle(byte[] bytes) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 777));
            }

            @Override
            public synchronized int available() {
                return 0;
            }
        };
    }

    private static byte[] decode(byte[] blob, Compression expected) throws IOException {
        try (LayerDecoder decoder = LayerDecoder.of(trickle(blob))) {
            assertThat(decoder.compression()).isEqualTo(expected);
            var out = new ByteArrayOutputStream();
            byte[] buffer = new byte[10_000];
            for (int count = decoder.fill(buffer); count > 0; count = decoder.fill(buffer)) {
                out.write(buffer, 0, count);
            }
            return out.toByteArray();
        }
    }

    private static byte[] zstd(byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zstd = new ZstdOutputStream(out)) {
            zstd.write(content);
        }
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    @Test
    void gzipAndZstdAndPlainAreToldByTheirBeginning() throws IOException {
        assertThat(decode(TestImage.gzip(CONTENT), Compression.GZIP)).isEqualTo(CONTENT);
        assertThat(decode(zstd(CONTENT), Compression.ZSTD)).isEqualTo(CONTENT);
        assertThat(decode(CONTENT, Compression.NONE)).isEqualTo(CONTENT);
        assertThat(decode(new byte[0], Compression.NONE)).isEmpty();
        assertThat(decode(new byte[] {0x1f}, Compression.NONE)).containsExactly(0x1f);
    }

    @Test
    void allMembersAndFramesAreRead() throws IOException {
        byte[] half = Arrays.copyOf(CONTENT, CONTENT.length / 2);
        byte[] empty = new byte[0];
        assertThat(decode(join(TestImage.gzip(half), TestImage.gzip(empty), TestImage.gzip(CONTENT)), Compression.GZIP))
                .isEqualTo(join(half, CONTENT));
        assertThat(decode(join(zstd(half), zstd(CONTENT)), Compression.ZSTD)).isEqualTo(join(half, CONTENT));
    }

    @Test
    void skippableFramesBetweenAndAfterFramesAreSkipped() throws IOException {
        byte[] skippable = {0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'a', 'b', 'c'};
        assertThat(decode(join(zstd(CONTENT), skippable, zstd(CONTENT), skippable), Compression.ZSTD))
                .isEqualTo(join(CONTENT, CONTENT));
    }

    @Test
    void everyOptionalPartOfAGzipHeaderIsSkipped() throws IOException {
        byte[] plain = TestImage.gzip(CONTENT);
        byte[] header = {0x1f, (byte) 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 2, 0, 'x', 'y', 'n', 0, 'c', 0, 7, 7};
        assertThat(decode(join(header, Arrays.copyOfRange(plain, 10, plain.length)), Compression.GZIP))
                .isEqualTo(CONTENT);
    }

    @Test
    void damagedGzipIsNamed() {
        byte[] good = TestImage.gzip(CONTENT);
        byte[] sum = good.clone();
        sum[good.length - 8] ^= 1;
        assertThatThrownBy(() -> decode(sum, Compression.GZIP)).hasMessageContaining("checksum");
        byte[] length = good.clone();
        length[good.length - 1] ^= 1;
        assertThatThrownBy(() -> decode(length, Compression.GZIP)).hasMessageContaining("length");
        assertThatThrownBy(() -> decode(Arrays.copyOf(good, good.length - 100), Compression.GZIP))
                .hasMessageContaining("ends in the middle");
        assertThatThrownBy(() -> decode(join(good, new byte[] {1, 2, 3}), Compression.GZIP))
                .hasMessageContaining("invalid header");
        byte[] middle = good.clone();
        Arrays.fill(middle, 1000, 1100, (byte) 0xff);
        assertThatThrownBy(() -> decode(middle, Compression.GZIP)).isInstanceOf(IOException.class);
    }

    @Test
    void damagedZstdIsAnIoException() throws IOException {
        byte[] good = zstd(CONTENT);
        assertThatThrownBy(() -> decode(Arrays.copyOf(good, good.length - 100), Compression.ZSTD))
                .isInstanceOf(IOException.class);
        byte[] middle = good.clone();
        Arrays.fill(middle, 1000, 1500, (byte) 0xff);
        assertThatThrownBy(() -> decode(middle, Compression.ZSTD)).isInstanceOf(IOException.class);
    }

    /** A frame may ask for any window; what it is read with has to fit into a heap of some megabytes. */
    @Test
    void aZstdFrameThatWantsTwoGigabytesIsRefused() {
        byte[] header = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) 0xa8};
        byte[] block = {(byte) 0x01, 0, 0};
        assertThatThrownBy(() -> decode(join(header, block), Compression.ZSTD))
                .isInstanceOf(IOException.class)
                .hasMessageMatching(".*(requires too much memory|[Ww]indow size too large).*");
    }

    @Test
    void otherCompressionsAreRefusedByName() {
        assertThatThrownBy(() -> decode("BZh91AY".getBytes(UTF_8), Compression.BZIP2))
                .hasMessage("compression BZIP2 is not supported; gzip, zstd and none are");
        assertThatThrownBy(() -> decode(new byte[] {(byte) 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 1}, Compression.XZ))
                .hasMessageContaining("XZ");
    }
}
