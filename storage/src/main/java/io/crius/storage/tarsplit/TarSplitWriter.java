package io.crius.storage.tarsplit;

import io.crius.linux.RawNames;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Writes how a tar stream was framed. One thread. The lines are made by hand: a layer has two for every file in it. */
public final class TarSplitWriter implements Closeable {
    private static final int LARGEST_SEGMENT = 1 << 20;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final GZIPOutputStream out;
    private byte[] segment = new byte[4 << 10];
    private int segmentSize;
    private long position;

    /** The target is closed with this object, also where closing fails. */
    public TarSplitWriter(OutputStream target) throws IOException {
        this.out = new FastGzip(target);
    }

    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream target) throws IOException {
            super(target, 32 << 10);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    /** Bytes of the stream that are not data of a file, in order. */
    public void framing(byte[] buffer, int offset, int length) throws IOException {
        int at = offset;
        while (at < offset + length) {
            int count = Math.min(offset + length - at, LARGEST_SEGMENT - segmentSize);
            ensure(count);
            System.arraycopy(buffer, at, segment, segmentSize, count);
            segmentSize += count;
            at += count;
            if (segmentSize == LARGEST_SEGMENT) {
                flushSegment();
            }
        }
    }

    /** An entry whose framing has been given: its name as in the header, and what its data were. */
    public void entry(String name, long size, Crc64 checksum) throws IOException {
        flushSegment();
        ascii("{\"type\":1,");
        if (RawNames.isEscaped(name)) {
            ascii("\"name_raw\":\"");
            out.write(Base64.getEncoder().encode(RawNames.encode(name)));
        } else {
            ascii("\"name\":\"");
            string(name.getBytes(StandardCharsets.UTF_8));
        }
        ascii(size > 0 ? "\",\"size\":" + size + ",\"payload\":\"" : "\",\"payload\":null");
        if (size > 0) {
            out.write(Base64.getEncoder().encode(checksum.bytes()));
            ascii("\"");
        }
        endLine();
    }

    @Override
    public void close() throws IOException {
        try (out) {
            flushSegment();
        }
    }

    private void flushSegment() throws IOException {
        if (segmentSize == 0) {
            return;
        }
        ascii("{\"type\":2,\"payload\":\"");
        out.write(Base64.getEncoder().encode(Arrays.copyOf(segment, segmentSize)));
        ascii("\"");
        segmentSize = 0;
        endLine();
    }

    private void endLine() throws IOException {
        ascii(",\"position\":" + position++ + "}\n");
    }

    private void ascii(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The text of a JSON string, which is valid UTF-8. */
    private void string(byte[] utf8) throws IOException {
        int plain = 0;
        for (int i = 0; i < utf8.length; i++) {
            int c = utf8[i];
            if (c == '"' || c == '\\' || (c >= 0 && c < ' ')) {
                out.write(utf8, plain, i - plain);
                out.write(new byte[] {'\\', 'u', '0', '0', HEX[c >> 4], HEX[c & 15]});
                plain = i + 1;
            }
        }
        out.write(utf8, plain, utf8.length - plain);
    }

    private void ensure(int more) {
        if (segmentSize + more > segment.length) {
            segment = Arrays.copyOf(segment, Math.max(segmentSize + more, segment.length * 2));
        }
    }
}
