package io.crius.streaming.session;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;

/**
 * A person's end of a process's streams. Each stream is for one thread at a time; the whole is thread-safe.
 *
 * <p>Writing blocks while the person's program does not read. Streams that were not asked for are empty, or swallow all.
 */
public interface ProcessStreams {
    StreamRequest request();

    /** What the person types or pipes in. Closing it drops what still comes. */
    InputStream stdin();

    OutputStream stdout();

    OutputStream stderr();

    /**
     * Has the listener told each new size of the person's terminal, the last one at once; on the connection's thread,
     * not to wait.
     */
    void onResize(Consumer<TerminalSize> listener);
}
