package io.crius.acceptance.target;

import java.io.IOException;
import java.nio.file.Path;

/** A CRI server under test. It is not running before {@link #start()}. Not thread-safe. */
public interface Target extends AutoCloseable {
    /** For people: the server and the OCI runtime below it. */
    String name();

    TargetKind kind();

    /** The unix socket of the CRI. */
    Path socket();

    /** Starts the server, on the state that it left; returns at once, not when it answers. */
    void start() throws IOException;

    /** The process id of the running server. */
    long pid();

    /** Throws with the end of the server's log when it does not run. */
    void requireAlive() throws IOException;

    /** The last words of the server. */
    String logTail() throws IOException;

    /** Ends the server with SIGKILL. What it runs is to live on. */
    void kill() throws InterruptedException;

    /** Ends the server in order. What it runs is to live on. */
    @Override
    void close() throws InterruptedException;
}
