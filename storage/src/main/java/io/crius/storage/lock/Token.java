package io.crius.storage.lock;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What the last writer left in a lock file. Compared, never interpreted: bytes 0 to 7 are its clock in nanoseconds, 8 to 15
 * its counter, 16 to 19 its process, all little-endian; the rest is random. A file never written has an empty token.
 */
public final class Token {
    static final int SIZE = 64;

    private final byte[] bytes;

    Token(byte[] bytes) {
        this.bytes = bytes;
    }

    static Token fresh(Instant now, long counter) {
        byte[] noise = new byte[SIZE - 20];
        ThreadLocalRandom.current().nextBytes(noise);
        long nanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
        return new Token(ByteBuffer.allocate(SIZE)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(nanos)
                .putLong(counter)
                .putInt((int) ProcessHandle.current().pid())
                .put(noise)
                .array());
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Token that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
