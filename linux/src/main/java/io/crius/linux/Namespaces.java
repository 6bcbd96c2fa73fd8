package io.crius.linux;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Namespaces without a process in them. Thread-safe.
 *
 * <p>Each call runs on a platform thread of its own, which goes back to the namespaces it came from before anything is told to
 * another thread, and ends; the process is halted where that is impossible. Blocks: until that thread ended, about a
 * millisecond. An interrupt does not end the call; it stays set for the caller.
 */
public interface Namespaces {
    /**
     * Makes namespaces and pins them to files: loopback is up in a new network, and the settings and the host name of the
     * request are written. After a failure nothing is left of it.
     *
     * @throws ErrnoException EEXIST where a pin is there already
     */
    void pin(PinRequest request) throws IOException;

    /** Unpins: the namespace ends with its last process. Idempotent: a pin that is a mere file, or not there, is fine. */
    void unpin(Path pin) throws IOException;

    /**
     * Does the work in a pinned network namespace.
     *
     * <p>Safety: the work must not start or wake threads, log, or complete a future: any thread that comes to be there would stay
     * in that network.
     */
    <T> T inNetwork(Path pin, IoCallable<T> work) throws IOException;
}
