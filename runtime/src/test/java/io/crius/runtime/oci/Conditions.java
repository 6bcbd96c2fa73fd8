package io.crius.runtime.oci;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waiting for something to become true. */
final class Conditions {
    private Conditions() {}

    /** The first value that fits, or the last one when time is over. */
    static <T> T await(Duration limit, Supplier<T> value, Predicate<T> fits) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        T current = value.get();
        while (!fits.test(current) && System.nanoTime() < end) {
            Thread.sleep(2);
            current = value.get();
        }
        return current;
    }
}
