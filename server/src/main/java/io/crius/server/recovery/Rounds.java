package io.crius.server.recovery;

import io.crius.model.Ticker;
import java.time.Duration;
import java.util.function.Supplier;

/** Work that is done again and again on a thread of its own, until it is closed. */
final class Rounds implements AutoCloseable {
    private final Duration first;
    private final Supplier<Duration> round;
    private final Ticker ticker;
    private final Thread thread;

    /**
     * Nothing is done before {@link #start}.
     *
     * @param first the pause before the first round
     * @param round one round; gives the pause after it
     */
    Rounds(String name, Duration first, Supplier<Duration> round, Ticker ticker) {
        this.ticker = ticker;
        this.first = first;
        this.round = round;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Ends the pause, and interrupts a round. */
    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            for (Duration pause = first; ; pause = round.get()) {
                ticker.sleep(pause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
