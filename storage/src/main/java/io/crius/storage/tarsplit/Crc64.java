package io.crius.storage.tarsplit;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * CRC-64/GO-ISO, eight bytes at a time: reflected, polynomial 0x1B, all ones before and after. The check value of
 * "123456789" is b90956c775a41001. Not thread-safe.
 */
public final class Crc64 {
    private static final long POLYNOMIAL = 0xD800000000000000L;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BIG_LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final long[][] TABLES = tables();

    private long state = -1;

    public void update(byte[] bytes, int offset, int length) {
        long crc = state;
        int at = offset;
        int end = offset + length;
        for (; at + 8 <= end; at += 8) {
            long x = crc ^ (long) LONG.get(bytes, at);
            crc = TABLES[7][(int) x & 0xFF]
                    ^ TABLES[6][(int) (x >>> 8) & 0xFF]
                    ^ TABLES[5][(int) (x >>> 16) & 0xFF]
                    ^ TABLES[4][(int) (x >>> 24) & 0xFF]
                    ^ TABLES[3][(int) (x >>> 32) & 0xFF]
                    ^ TABLES[2][(int) (x >>> 40) & 0xFF]
                    ^ TABLES[1][(int) (x >>> 48) & 0xFF]
                    ^ TABLES[0][(int) (x >>> 56)];
        }
        for (; at < end; at++) {
            crc = TABLES[0][(int) (crc ^ bytes[at]) & 0xFF] ^ crc >>> 8;
        }
        state = crc;
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

    private static long[][] tables() {
        long[][] tables = new long[8][256];
        for (int i = 0; i < 256; i++) {
            long crc = i;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) != 0 ? crc >>> 1 ^ POLYNOMIAL : crc >>> 1;
            }
            tables[0][i] = crc;
        }
        for (int slice = 1; slice < 8; slice++) {
            for (int i = 0; i < 256; i++) {
                long before = tables[slice - 1][i];
                tables[slice][i] = tables[0][(int) before & 0xFF] ^ before >>> 8;
            }
        }
        return tables;
    }
}
