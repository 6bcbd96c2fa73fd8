package io.crius.storage.tarsplit;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * CRC-64/GO-ISO: reflected, polynomial x^64 + x^4 + x^3 + x + 1, all ones before and after. The check value of "123456789" is
 * b90956c775a41001. Not thread-safe.
 *
 * <p>The polynomial has so few terms that no tables are needed. A word is the polynomial of its bits, the lowest bit being that
 * of x^63, so x times a word is the word moved right. Modulo the polynomial x^64 is x^4 + x^3 + x + 1, and x^256, its fourth
 * power, is x^16 + x^12 + x^4 + 1: four words, each 256 bits behind the one it is added to, are computed side by side.
 */
public final class Crc64 {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BIG_LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int LANES = 4 * Long.BYTES;

    private long state = -1;

    public void update(byte[] bytes, int offset, int length) {
        long crc = state;
        int at = offset;
        int end = offset + length;
        if (length >= 2 * LANES) {
            int behind = at + length / LANES * LANES;
            crc = lanes(crc, bytes, at, behind);
            at = behind;
        }
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            crc = by64(crc ^ word(bytes, at));
        }
        for (; at < end; at++) {
            crc = by8(crc ^ (bytes[at] & 0xFF));
        }
        state = crc;
    }

    private static long lanes(long crc, byte[] bytes, int from, int to) {
        long first = crc ^ word(bytes, from);
        long second = word(bytes, from + 8);
        long third = word(bytes, from + 16);
        long fourth = word(bytes, from + 24);
        for (int at = from + LANES; at < to; at += LANES) {
            first = by256(first) ^ word(bytes, at);
            second = by256(second) ^ word(bytes, at + 8);
            third = by256(third) ^ word(bytes, at + 16);
            fourth = by256(fourth) ^ word(bytes, at + 24);
        }
        return by64(by64(by64(by64(first) ^ second) ^ third) ^ fourth);
    }

    private static long word(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    /** Times x^64. */
    private static long by64(long t) {
        return reduced(t ^ t >>> 1 ^ t >>> 3 ^ t >>> 4, t << 63 ^ t << 61 ^ t << 60);
    }

    /** Times x^256. */
    private static long by256(long t) {
        return reduced(t ^ t >>> 4 ^ t >>> 12 ^ t >>> 16, t << 60 ^ t << 52 ^ t << 48);
    }

    /** Times x^8, of which the low byte leaves the word. */
    private static long by8(long t) {
        return reduced(t >>> 8, t << 56);
    }

    /** What is above x^63, {@code high} times x^64, comes back into the word; it has few bits, so once is enough. */
    private static long reduced(long word, long high) {
        return word ^ high ^ high >>> 1 ^ high >>> 3 ^ high >>> 4;
    }

    public long value() {
        return ~state;
    }

    /** The value as tar-split stores it. */
    byte[] bytes() {
        byte[] bytes = new byte[8];
        BIG_LONG.set(bytes, 0, value());
        return bytes;
    }

    /** What {@link #bytes} gave. */
    static long parse(byte[] bytes) throws IOException {
        if (bytes.length != Long.BYTES) {
            throw new IOException("a checksum of tar-split has 8 bytes, not " + bytes.length);
        }
        return (long) BIG_LONG.get(bytes, 0);
    }
}
