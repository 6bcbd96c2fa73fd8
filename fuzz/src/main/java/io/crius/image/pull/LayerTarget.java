package io.crius.image.pull;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.airlift.compress.v3.zstd.ZstdJavaCompressor;
import io.crius.fuzz.Target;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Compressed blobs; decompression is stopped after a while, as unpacking stops at its limits. */
public final class LayerTarget implements Target {
    private static final int MOST = 8 << 20;

    private final byte[] buffer = new byte[64 << 10];

    @Override
    public String name() {
        return "layer";
    }

    @Override
    public void parse(byte[] input) throws IOException {
        try (LayerDecoder decoder = LayerDecoder.of(new ByteArrayInputStream(input))) {
            int total = 0;
            int count = decoder.fill(buffer);
            while (count > 0 && total < MOST) {
                total += count;
                count = decoder.fill(buffer);
            }
        }
    }

    @Override
    public List<byte[]> seeds() {
        byte[] text = "some text that is long enough to be worth it, some text, some more text"
                .repeat(20)
                .getBytes(UTF_8);
        byte[] gzip = gzip(text);
        byte[] two = Arrays.copyOf(gzip, 2 * gzip.length);
        System.arraycopy(gzip, 0, two, gzip.length, gzip.length);
        byte[] zstd = zstd(text);
        byte[] skippable = new byte[12 + zstd.length];
        System.arraycopy(new byte[] {0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4}, 0, skippable, 0, 12);
        System.arraycopy(zstd, 0, skippable, 12, zstd.length);
        byte[] named = {
            0x1f, (byte) 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 2, 0, 1, 2, 'n', 0, 'c', 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0
        };
        return List.of(gzip, two, zstd, skippable, named, zstd(new byte[300_000]), text, new byte[0]);
    }

    private static byte[] gzip(byte[] text) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static byte[] zstd(byte[] text) {
        var compressor = new ZstdJavaCompressor();
        byte[] out = new byte[compressor.maxCompressedLength(text.length)];
        return Arrays.copyOf(out, compressor.compress(text, 0, text.length, out, 0, out.length));
    }

    @Override
    public List<String> words() {
        return List.of(
                "\u001f\u008b\b\u0000",
                "(\u00b5/\u00fd",
                "P*M\u0018",
                "\u0000\u0000\u0000\u0000",
                "\u00ff\u00ff\u00ff\u00ff");
    }
}
