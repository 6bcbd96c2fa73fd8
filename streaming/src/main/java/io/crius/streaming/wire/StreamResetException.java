package io.crius.streaming.wire;

import java.io.IOException;

/** The other end gave a stream up, or the whole connection, before it had said that nothing follows. */
public final class StreamResetException extends IOException {
    private static final long serialVersionUID = 1;

    public StreamResetException(String message) {
        super(message);
    }
}
