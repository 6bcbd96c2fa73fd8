package io.crius.linux;

/**
 * {@code count} ids from {@code inside} on, in a user namespace, are those from {@code outside} on. Kernel:
 * user_namespaces(7).
 */
public record IdRange(long inside, long outside, long count) {
    private static final long IDS = 1L << 32;

    public IdRange {
        if (inside < 0 || outside < 0 || count < 1 || inside + count > IDS || outside + count > IDS) {
            throw new IllegalArgumentException("a range of " + count + " ids from " + inside + " to " + outside);
        }
    }

    /** As a line of {@code uid_map}. */
    String line() {
        return inside + " " + outside + " " + count + "\n";
    }
}
