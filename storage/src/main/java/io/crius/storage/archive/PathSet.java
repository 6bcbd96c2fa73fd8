package io.crius.storage.archive;

import io.crius.linux.NativeLongs;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The paths already seen, as 128-bit fingerprints outside of the heap: a layer of a million entries costs 32 MB instead of some
 * 150. Seeded at random, so nobody can prepare two paths that collide. Not thread-safe; any thread may close it afterwards.
 */
public final class PathSet implements AutoCloseable {
    /** Of eight places of the table, so many are filled before it grows. */
    private static final int MOST_FILLED = 6;

    private final long seedA = ThreadLocalRandom.current().nextLong();
    private final long seedB = ThreadLocalRandom.current().nextLong() | 1;
    private NativeLongs table = new NativeLongs(2 << 10);
    private int size;

    /** Adds the path; false where it was there already. */
    public boolean add(String path) {
        if (size * 8L >= table.length() / 2 * (long) MOST_FILLED) {
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

    private static boolean insert(NativeLongs table, long a, long b) {
        int mask = table.length() / 2 - 1;
        int at = (int) (a ^ a >>> 32) & mask;
        while (isFilled(table, at)) {
            if (table.get(2 * at) == a && table.get(2 * at + 1) == b) {
                return false;
            }
            at = at + 1 & mask;
        }
        table.set(2 * at, a);
        table.set(2 * at + 1, b);
        return true;
    }

    private static boolean isFilled(NativeLongs table, int place) {
        return table.get(2 * place) != 0 || table.get(2 * place + 1) != 0;
    }

    private void grow() {
        var larger = new NativeLongs(table.length() * 2);
        for (int place = 0; place < table.length() / 2; place++) {
            if (isFilled(table, place)) {
                insert(larger, table.get(2 * place), table.get(2 * place + 1));
            }
        }
        table.close();
        table = larger;
    }

    @Override
    public void close() {
        table.close();
    }
}
