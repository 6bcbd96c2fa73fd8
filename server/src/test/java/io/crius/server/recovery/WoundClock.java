package io.crius.server.recovery;

import io.crius.model.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/** The machine's clock, but for pauses: each lasts until the test ends it; and it can be put forward. Thread-safe. */
final class WoundClock implements Ticker {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Somebody's pause. */
    record Pause(Duration length, CountDownLatch over) {
        void end() {
            over.countDown();
        }
    }

    private final BlockingQueue<Pause> pauses = new LinkedBlockingQueue<>();

    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    void putForward(Duration by) {
        var _ = ahead.updateAndGet(by::plus);
    }

    /** The next pause that somebody begins; those before it are whose the test knows. */
    Pause next() throws InterruptedException {
        Pause next = pauses.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nobody pauses");
        }
        return next;
    }

    @Override
    public void sleep(Duration length) throws InterruptedException {
        var pause = new Pause(length, new CountDownLatch(1));
        pauses.add(pause);
        pause.over().await();
    }

    @Override
    public long nanoTime() {
        return Ticker.system().nanoTime() + ahead.get().toNanos();
    }

    @Override
    public Instant instant() {
        return Ticker.system().instant();
    }

    @Override
    public <T> T get(CompletableFuture<T> result, Duration atMost)
            throws InterruptedException, ExecutionException, TimeoutException {
        return Ticker.system().get(result, atMost);
    }
}
