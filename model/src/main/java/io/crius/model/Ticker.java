package io.crius.model;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * The clock on the wall, the monotonic clock, and the waits that the latter ends. What decides by time asks one of these, so that
 * a simulation can have the time go as it likes. Thread-safe.
 */
public interface Ticker extends InstantSource {
    /** The clocks of the machine. */
    static Ticker system() {
        return SystemTicker.INSTANCE;
    }

    /** As {@link System#nanoTime}: only the difference of two readings means something. */
    long nanoTime();

    /**
     * Waits for the result; with zero, or less, it only looks.
     *
     * @throws TimeoutException where it is not there in time
     * @throws ExecutionException where the result is a failure
     */
    <T> T get(CompletableFuture<T> result, Duration atMost)
            throws InterruptedException, ExecutionException, TimeoutException;

    /** Pauses this thread. */
    void sleep(Duration pause) throws InterruptedException;
}
