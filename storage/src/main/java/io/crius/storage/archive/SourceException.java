package io.crius.storage.archive;

import java.io.IOException;

/** Reading the caller's stream went wrong; {@link #thrown} is what it threw. */
public final class SourceException extends IOException {
    private final IOException thrown;

    public SourceException(IOException thrown) {
        super(thrown);
        this.thrown = thrown;
    }

    public IOException thrown() {
        return thrown;
    }
}
