package io.crius.storage.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The buffer between the stream and the parser: counts and digests every byte that came in. */
final class TarSource {
    private static final int CAPACITY = 256 << 10;

    private final InputStream in;
    private final long limit;
    private final MessageDigest digest;
    private final byte[] buffer = new byte[CAPACITY];
    private int start;
    private int end;
    private long total;

    TarSource(InputStream in, long limit) {
        this.in = in;
        this.limit = limit;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    byte[] buffer() {
        return buffer;
    }

    int offset() {
        return start;
    }

    int available() {
        return end - start;
    }

    void consume(int count) {
        start += count;
    }

    /** Bytes read from the stream so far. */
    long total() {
        return total;
    }

    /** The digest of all bytes read; ends the use of this object. */
    byte[] digest() {
        return digest.digest();
    }

    /** Tries to have {@code count} bytes in one piece; fewer are available only at the end of the stream. */
    boolean require(int count) throws IOException {
        while (available() < count) {
            if (!fill()) {
                return false;
            }
        }
        return true;
    }

    /** Reads more; false at the end of the stream. */
    boolean fill() throws IOException {
        if (start == end) {
            start = 0;
            end = 0;
        } else if (end == CAPACITY) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        }
        int count = read();
        if (count < 0) {
            return false;
        }
        digest.update(buffer, end, count);
        end += count;
        total += count;
        if (total > limit) {
            throw new MalformedArchiveException("tar: more than the allowed " + limit + " bytes");
        }
        return true;
    }

    private int read() throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while reading the archive");
        }
        try {
            return in.read(buffer, end, CAPACITY - end);
        } catch (IOException e) {
            throw new SourceException(e);
        }
    }
}
