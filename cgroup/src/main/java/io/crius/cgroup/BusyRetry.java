package io.crius.cgroup;

import io.crius.model.CriusException;
import java.io.IOException;
import java.time.Duration;

/**
 * Tries again what a cgroup refuses while it is busy. Kernel: after the last process has exited rmdir(2) still answers EBUSY
 * until the process is reaped and its references are dropped, and nothing tells when.
 */
final class BusyRetry {
    /** With real pauses: about a second in all. */
    static final BusyRetry REAL = new BusyRetry(Thread::sleep);

    private static final int ATTEMPTS = 12;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

    private final Sleeper sleeper;

    BusyRetry(Sleeper sleeper) {
        this.sleeper = sleeper;
    }

    /** How time passes. */
    interface Sleeper {
        void sleep(Duration pause) throws InterruptedException;
    }

    /** Some step that throws while the cgroup is busy. */
    interface Step {
        void run() throws IOException;
    }

    /** Runs the step until it does not throw; the last failure is thrown. */
    void run(Step step) throws IOException {
        Duration pause = FIRST_PAUSE;
        for (int attempt = 1; ; attempt++) {
            try {
                step.run();
                return;
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
            sleep(pause);
            pause = pause.plus(pause).compareTo(LONGEST_PAUSE) < 0 ? pause.plus(pause) : LONGEST_PAUSE;
        }
    }

    private void sleep(Duration pause) {
        try {
            sleeper.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CriusException.Cancelled("interrupted while waiting for a busy cgroup", e);
        }
    }
}
