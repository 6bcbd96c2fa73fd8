package io.crius.runtime;

/** What became of a signal. */
public enum SignalOutcome {
    DELIVERED,
    /** The container's first process had ended before. */
    ALREADY_GONE
}
