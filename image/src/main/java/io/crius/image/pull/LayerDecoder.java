package io.crius.image.pull;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdInputStream;
import io.crius.storage.Compression;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;

/**
 * The uncompressed content of a blob. What it is compressed with is told by its first bytes. Compat: media types of layers
 * are not trusted, as in containers/image.
 *
 * <p>Failures to decode are IOExceptions; what reading the blob throws passes through.
 */
final class LayerDecoder implements AutoCloseable {
    private static final int MAGIC = 6;

    private final Compression compression;
    private final InputStream content;

    private LayerDecoder(Compression compression, InputStream content) {
        this.compression = compression;
        this.content = content;
    }

    /** Reads the first bytes. Closing the decoder leaves the blob open. */
    static LayerDecoder of(InputStream blob) throws IOException {
        byte[] start = blob.readNBytes(MAGIC);
        InputStream whole = new SequenceInputStream(new ByteArrayInputStream(start), new Unclosed(blob));
        Compression compression = compression(start);
        return switch (compression) {
            case NONE -> new LayerDecoder(compression, whole);
            case GZIP -> new LayerDecoder(compression, new GzipDecoder(whole));
            case ZSTD -> new LayerDecoder(compression, ZstdInputStream.create(whole));
            case BZIP2, XZ ->
                throw new IOException("compression " + compression + " is not supported; gzip, zstd and none are");
        };
    }

    private static Compression compression(byte[] start) {
        if (startsWith(start, 0x1f, 0x8b, 0x08)) {
            return Compression.GZIP;
        }
        if (startsWith(start, 0x28, 0xb5, 0x2f, 0xfd)) {
            return Compression.ZSTD;
        }
        if (startsWith(start, 0x42, 0x5a, 0x68)) {
            return Compression.BZIP2;
        }
        return startsWith(start, 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00) ? Compression.XZ : Compression.NONE;
    }

    private static boolean startsWith(byte[] start, int... magic) {
        if (start.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((start[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    Compression compression() {
        return compression;
    }

    /** Fills the buffer as far as possible: less than its length only before the end, zero at the end. */
    int fill(byte[] buffer) throws IOException {
        try {
            return content.readNBytes(buffer, 0, buffer.length);
        } catch (MalformedInputException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        content.close();
    }

    private static final class Unclosed extends FilterInputStream {
        Unclosed(InputStream in) {
            super(in);
        }

        @Override
        public void close() {
            // The blob belongs to somebody else.
        }
    }
}
