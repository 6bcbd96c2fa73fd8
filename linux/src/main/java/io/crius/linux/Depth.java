package io.crius.linux;

/** Whether a mount call means one mount or also the mounts below it. */
public enum Depth {
    SINGLE,
    RECURSIVE
}
