package io.crius.bench;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** ctrl-C interrupts the thread that measures; the JVM ends when that thread has cleaned up after itself. */
final class Interruption {
    private static final Duration CLEANING_LIMIT = Duration.ofMinutes(2);

    private final Thread measuring = Thread.currentThread();
    private final AtomicBoolean happened = new AtomicBoolean();
    private final Thread hook = new Thread(this::interrupt, "clean-up");

    private Interruption() {}

    /** To be called by the thread that measures. */
    static Interruption watch() {
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    private void interrupt() {
        happened.set(true);
        measuring.interrupt();
        try {
            measuring.join(CLEANING_LIMIT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the program, unless ctrl-C does that already: then it just returns. */
    void exit(int status) {
        if (!happened.get()) {
            Runtime.getRuntime().removeShutdownHook(hook);
            System.exit(status);
        }
    }
}
