package io.crius.streaming.spdy;

import java.io.IOException;

/** The client broke the protocol; the connection cannot go on. */
public final class SpdyException extends IOException {
    private static final long serialVersionUID = 1;

    SpdyException(String message) {
        super(message);
    }
}
