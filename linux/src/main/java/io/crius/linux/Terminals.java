package io.crius.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Pseudo terminals that others make and hand over, as OCI runtimes do. Thread-safe. */
public interface Terminals {
    /**
     * A socket on which a terminal can be received once.
     *
     * @param folder where its file is made; the caller deletes that
     */
    Fd listen(Fd folder, String name) throws ErrnoException;

    /**
     * The master of the terminal that somebody sent; empty when nobody did in time. Reading and writing it do not wait.
     *
     * <p>Blocks: the caller's thread is parked.
     */
    Optional<Fd> receive(Fd listener, Duration limit) throws IOException;

    /** Sets the size in characters, each 0 to 65535, and tells the processes in front of the terminal. Does not wait. */
    void resize(Fd master, int width, int height) throws ErrnoException;

    /** A path by which other processes of the same user reach the file in the folder, short enough for a socket's name. */
    static Path shortPath(Fd folder, String name) {
        return Path.of(
                "/proc", Long.toString(ProcessHandle.current().pid()), "fd", Integer.toString(folder.number()), name);
    }
}
