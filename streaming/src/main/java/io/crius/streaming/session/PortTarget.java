package io.crius.streaming.session;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** Where forwarded connections lead. */
public interface PortTarget {
    /**
     * A new connection to the port; the caller closes it.
     *
     * @throws IOException which says where nothing listens
     */
    SocketChannel connect(int port) throws IOException;

    /** The pod's id, for messages. */
    String pod();
}
