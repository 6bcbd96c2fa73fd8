package io.crius.runtime;

/** What stands behind a container's standard streams. */
public enum ContainerStreams {
    /** Output goes to the log and to attached clients; standard input is empty. */
    OUTPUT,
    /** As {@link #OUTPUT}, and the input of the first attached client; its end is the end of the container's input. */
    INPUT_ONCE,
    /** As {@link #OUTPUT}, and the input of attached clients; it stays open when they leave. */
    INPUT,
    /** A terminal for all three. */
    TERMINAL
}
