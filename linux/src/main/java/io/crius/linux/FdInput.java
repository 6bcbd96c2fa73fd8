package io.crius.linux;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Reads a descriptor that somebody else closes. One thread at a time. */
final class FdInput extends InputStream {
    private static final Duration FOREVER = Duration.ofDays(36500);

    private final Descriptors descriptors;
    private final Fd fd;

    FdInput(Descriptors descriptors, Fd fd) {
        this.descriptors = descriptors;
        this.fd = fd;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        if (length == 0) {
            return 0;
        }
        // What poll names can be read without waiting; files it names always.
        descriptors.poll(List.of(fd), FOREVER);
        int count = descriptors.read(fd, buffer, offset, length);
        return count == 0 ? -1 : count;
    }
}
