package io.crius.linux;

import io.crius.linux.abi.Nr;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An open file descriptor that this object owns: closing it twice closes it once. Thread-safe, but closing while another
 * thread is in a call with it is the caller's mistake.
 */
public final class Fd implements AutoCloseable {
    private static final AtomicLong OPEN = new AtomicLong();

    private final int number;
    private final AtomicBoolean closed = new AtomicBoolean();

    Fd(int number) {
        this.number = number;
        OPEN.incrementAndGet();
    }

    /**
     * The number, for a call on this descriptor.
     *
     * @throws IllegalStateException after close: the number may be somebody else's by now
     */
    public int number() {
        if (closed.get()) {
            throw new IllegalStateException("descriptor " + number + " is closed");
        }
        return number;
    }

    boolean isClosed() {
        return closed.get();
    }

    /** A path by which this process can reach the open file, whatever became of its name. */
    public Path procPath() {
        return Path.of("/proc/self/fd/" + number());
    }

    /** How many descriptors of this class are open in the process: tests look for leaks with it. */
    public static long openCount() {
        return OPEN.get();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            OPEN.decrementAndGet();
            // Kernel: close(2) frees the descriptor even where it reports an error; there is nothing left to retry.
            try (Scratch scratch = Scratch.take()) {
                var _ = scratch.callOnce(Nr.CLOSE, number);
            }
        }
    }

    @Override
    public String toString() {
        return "fd " + number + (closed.get() ? " (closed)" : "");
    }
}
