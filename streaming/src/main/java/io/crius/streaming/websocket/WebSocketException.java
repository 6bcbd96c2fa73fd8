package io.crius.streaming.websocket;

import java.io.IOException;

/** The client broke the protocol; the connection is closed with the code. Spec: RFC 6455, section 7.4.1. */
public final class WebSocketException extends IOException {
    private static final long serialVersionUID = 1;

    private final int code;

    WebSocketException(int code, String message) {
        super(message);
        this.code = code;
    }

    public int code() {
        return code;
    }
}
