package io.crius.storage.archive;

import java.util.concurrent.ThreadLocalRandom;

/**
 * The paths already seen, as 128-bit fingerprints: a layer of a million entries costs 32 MB instead of some 150. Seeded
 * at random, so nobody can prepare two paths that collide. Not thread-safe.
 */
public final class PathSet {
    private final long seedA = ThreadLocalRandom.current().nextLong();
    private final long seedB = ThreadLocalRandom.current().nextLong() | 1;
    private long[] table = new long[2 << 10];
    private int size;

    /** Adds the path; false where it was there already. */
    public boolean add(String path) {
        if (size * 4 >= table.length) {
            grow();
        }
        long a = seedA;
        long b = seedB;
        for (int i = 0; i < path.length(); i++) {
            a = (a ^ path.charAt(i)) * 0x9E3779B97F4A7C15L;
            a ^= a >>> 29;
            b = Long.rotateLeft(b + path.charAt(i), 23) * 0xC2B2AE3D27D4EB4FL;
        }
        // (0, 0) marks an empty place
        boolean added = insert(table, a == 0 && b == 0 ? 1 : a, b);
        size += added ? 1 : 0;
        return added;
    }

    private static boolean insert(long[] table, long a, long b) {
        int mask = table.length / 2 - 1;
        int at = (int) (a ^ a >>> 32) & mask;
        while (table[2 * at] != 0 || table[2 * at + 1] != 0) {
            if (table[2 * at] == a && table[2 * at + 1] == b) {
                return false;
            }
            at = at + 1 & mask;
        }
        table[2 * at] = a;
        table[2 * at + 1] = b;
        return true;
    }

    private void grow() {
        long[] larger = new long[table.length * 2];
        for (int i = 0; i < table.length; i += 2) {
            if (table[i] != 0 || table[i + 1] != 0) {
                insert(larger, table[i], table[i + 1]);
            }
        }
        table = larger;
    }
}
