package io.crius.linux;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Writes to a descriptor that never waits, as much as it takes; the caller is parked while it takes nothing. One thread
 * at a time.
 */
final class FlowingOutput extends OutputStream {
    private static final Duration FOREVER = Duration.ofDays(36500);

    private final Descriptors descriptors;
    private final DescriptorPoll poll;
    private final Fd fd;
    private final int piece;

    FlowingOutput(Descriptors descriptors, DescriptorPoll poll, Fd fd, int piece) {
        this.descriptors = descriptors;
        this.poll = poll;
        this.fd = fd;
        this.piece = piece;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        int done = 0;
        while (done < length) {
            try {
                done += descriptors.write(fd, buffer, offset + done, Math.min(piece, length - done));
            } catch (ErrnoException e) {
                if (e.errno() != Errno.EAGAIN) {
                    throw e;
                }
                poll.await(List.of(fd), Readiness.WRITABLE, FOREVER);
            }
        }
    }
}
