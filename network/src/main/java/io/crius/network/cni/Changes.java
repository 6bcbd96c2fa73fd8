package io.crius.network.cni;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;

/** Hints that something may have changed in a set of directories. For one thread. Hints may be missed, or be of nothing. */
interface Changes extends AutoCloseable {
    /** Listens to exactly these directories from now on; those that are missing are tried again by the next call. */
    void follow(Collection<Path> directories);

    /** Waits for a hint, at most this long; tells whether there was one. */
    boolean await(Duration atMost) throws InterruptedException;

    @Override
    void close();
}
