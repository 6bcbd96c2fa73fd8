package io.crius.linux;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * A process that this one started. Thread-safe.
 *
 * <p>Its number stays its own until its exit status was collected, which {@link #waitFor} does. Closing gives it up: it runs
 * on, and is collected in the background when it ends.
 */
public interface Child extends AutoCloseable {
    long pid();

    /** Readable when the process has ended. It belongs to this object. */
    Fd pidfd();

    /** Waits for the end; empty when the time is over first. Again after the end: the same status at once. */
    Optional<ExitStatus> waitFor(Duration limit) throws IOException, InterruptedException;

    /** Signals the process; one that has ended is left alone. */
    void kill(int signal) throws ErrnoException;

    @Override
    void close();
}
