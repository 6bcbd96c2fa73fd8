package io.crius.runtime.process;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Keeps a bounded part of a stream: its beginning, or its end. Not thread-safe.
 */
public final class OutputSink implements Output {
    /** Which part of a stream that is too long is kept. */
    public enum Keep {
        BEGINNING,
        END
    }

    private final int limit;
    private final Keep keep;
    private final Buffer kept = new Buffer();
    private boolean truncated;

    public OutputSink(int limit, Keep keep) {
        this.limit = limit;
        this.keep = keep;
    }

    @Override
    public void accept(byte[] bytes, int length) {
        if (keep == Keep.BEGINNING) {
            int fitting = Math.min(length, limit - kept.size());
            kept.write(bytes, 0, fitting);
            truncated |= fitting < length;
            return;
        }
        kept.write(bytes, 0, length);
        if (kept.size() > 2 * limit) {
            kept.dropFirst(kept.size() - limit);
            truncated = true;
        }
    }

    /** Whether a whole line was kept. */
    public boolean hasLine() {
        return kept.contains((byte) '\n');
    }

    public boolean truncated() {
        return truncated || kept.size() > limit;
    }

    public byte[] bytes() {
        if (kept.size() > limit) {
            kept.dropFirst(kept.size() - limit);
            truncated = true;
        }
        return kept.toByteArray();
    }

    /** The kept part as UTF-8; what is not becomes U+FFFD. */
    public String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    private static final class Buffer extends ByteArrayOutputStream {
        boolean contains(byte wanted) {
            for (int i = 0; i < count; i++) {
                if (buf[i] == wanted) {
                    return true;
                }
            }
            return false;
        }

        void dropFirst(int bytes) {
            System.arraycopy(buf, bytes, buf, 0, count - bytes);
            count -= bytes;
        }
    }
}
