package io.crius.linux;

import java.nio.file.Path;

/** Unix sockets that keep the boundaries of messages, which the JDK has not. Thread-safe; no call waits. */
public interface Sockets {
    /**
     * Connects to a socket of packets; each read gives one, each write sends one. Reading and writing do not wait.
     *
     * @param socket its path, as long as it likes: it is reached through its folder
     * @throws ErrnoException ECONNREFUSED where nobody listens, EAGAIN where too many wait to be accepted
     */
    Fd connectPackets(Path socket) throws ErrnoException;

    /** Says that nothing follows; what comes from the other end can still be read. Kernel: shutdown(2), SHUT_WR. */
    void endOutput(Fd socket) throws ErrnoException;

    /**
     * Ends the connection for both ends while the descriptor stays open, so that other threads may still be in calls with it.
     * Kernel: shutdown(2), SHUT_RDWR.
     *
     * @throws ErrnoException ENOTCONN where the other end is gone
     */
    void disconnect(Fd socket) throws ErrnoException;
}
