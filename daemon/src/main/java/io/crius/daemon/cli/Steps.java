package io.crius.daemon.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;

/** Does one thing after the other and tells what was done and how long it took. For one thread. */
final class Steps {
    private final PrintStream out;

    Steps(PrintStream out) {
        this.out = out;
    }

    /** One thing to do. */
    interface Action<T> {
        T run() throws IOException, InterruptedException;
    }

    /** One thing to do that gives nothing. */
    interface Doing {
        void run() throws IOException, InterruptedException;
    }

    <T> T step(String done, Action<T> action) throws IOException, InterruptedException {
        long start = System.nanoTime();
        T result = action.run();
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        out.printf("%5d ms  %s%n", taken.toMillis(), done);
        return result;
    }

    void step(String done, Doing action) throws IOException, InterruptedException {
        Object _ = step(done, () -> {
            action.run();
            return "";
        });
    }

    /** Shows text, indented beneath the step it belongs to. */
    void show(String text) {
        text.strip().lines().forEach(line -> out.println("          " + line));
    }
}
