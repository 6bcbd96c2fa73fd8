package io.crius.linux;

import java.nio.file.Path;
import java.util.Optional;

/** Pseudo terminals that others make and hand over, as OCI runtimes do. Thread-safe. */
public interface Terminals {
    /**
     * A socket to which somebody may come once to send a terminal.
     *
     * @param folder where its file is made; the caller deletes that
     */
    Fd listen(Fd folder, String name) throws ErrnoException;

    /**
     * Who came to send a terminal. Reading from the connection does not wait.
     *
     * <p>Fails with EAGAIN where nobody came yet: the listener becomes readable then.
     */
    Fd accept(Fd listener) throws ErrnoException;

    /**
     * The master of the terminal that was sent over the connection; empty where it was closed before. Reading and writing the
     * master do not wait.
     *
     * <p>Fails with EAGAIN where nothing was sent yet: the connection becomes readable then.
     */
    Optional<Fd> receive(Fd connection) throws ErrnoException;

    /** Sets the size in characters, each 0 to 65535, and tells the processes in front of the terminal. Does not wait. */
    void resize(Fd master, int width, int height) throws ErrnoException;

    /** A path by which other processes of the same user reach the file in the folder, short enough for a socket's name. */
    static Path shortPath(Fd folder, String name) {
        return Path.of(
                "/proc", Long.toString(ProcessHandle.current().pid()), "fd", Integer.toString(folder.number()), name);
    }
}
