package io.crius.runtime;

import io.crius.model.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** Goes when it is told to, and waits for nothing. */
public final class TestClock implements Ticker {
    private long nanos;

    public void pass(Duration time) {
        nanos += time.toNanos();
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public Instant instant() {
        throw new UnsupportedOperationException("no clock on the wall");
    }

    @Override
    public <T> T get(CompletableFuture<T> result, Duration atMost) {
        throw new UnsupportedOperationException("no waiting");
    }

    @Override
    public void sleep(Duration pause) {
        throw new UnsupportedOperationException("no waiting");
    }
}
