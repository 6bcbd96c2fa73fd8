package io.crius.runtime.exit;

/** What became of a container while nobody watched. */
public sealed interface Recovered {
    /** It lives, and is watched from now on. */
    record Alive() implements Recovered {}

    /** It has ended; the listener is not told again. */
    record Exited(ContainerExit exit) implements Recovered {}
}
