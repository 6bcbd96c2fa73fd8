package io.crius.server.edge;

import java.time.Duration;

/** Hears of the calls of the CRI. Thread-safe; called on threads that read and write the socket, so it must not block. */
@FunctionalInterface
public interface CallListener {
    /** A call begins. */
    void called();

    /**
     * A call with one answer has ended.
     *
     * @param name of the call alone, for example {@code RunPodSandbox}
     * @param answered whether it was answered without an error
     */
    default void ended(String name, Duration took, boolean answered) {}
}
