package io.crius.linux;

/** What is to be unlinked. */
public enum UnlinkFlag {
    /** Anything but a folder. */
    FILE,
    /** An empty folder. */
    DIRECTORY
}
