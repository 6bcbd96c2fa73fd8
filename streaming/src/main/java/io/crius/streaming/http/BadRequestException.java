package io.crius.streaming.http;

import java.io.IOException;

/** A request that cannot be read. */
public final class BadRequestException extends IOException {
    private static final long serialVersionUID = 1;

    public BadRequestException(String message) {
        super(message);
    }
}
