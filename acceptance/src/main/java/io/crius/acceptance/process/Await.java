package io.crius.acceptance.process;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Waiting for something with a limit. */
public final class Await {
    private static final Duration PAUSE = Duration.ofMillis(20);

    private Await() {}

    /**
     * Blocks until the condition holds.
     *
     * @param what what is waited for, for the message
     * @throws AssertionError when it does not hold within the limit
     */
    public static void until(String what, Duration limit, Callable<Boolean> condition) throws Exception {
        boolean _ = value(what, limit, () -> condition.call() ? Optional.of(true) : Optional.empty());
    }

    /**
     * Blocks until there is a value.
     *
     * @throws AssertionError when there is none within the limit
     */
    public static <T> T value(String what, Duration limit, Callable<Optional<T>> value) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            Optional<T> found = value.call();
            if (found.isPresent()) {
                return found.get();
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + limit + ": " + what);
            }
            Thread.sleep(PAUSE);
        }
    }
}
