package io.crius.storage.archive;

import java.io.IOException;

/** An archive that cannot be, or must not be, unpacked; the message names the entry. */
public final class MalformedArchiveException extends IOException {
    public MalformedArchiveException(String message) {
        super(message);
    }
}
