package io.crius.linux;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Writes to a descriptor that somebody else closes. One thread at a time. */
final class FdOutput extends OutputStream {
    private static final Duration FOREVER = Duration.ofDays(36500);

    /** Kernel: pipe(7): a pipe that is ready takes this much without making the writer wait. */
    private static final int PIPE_BUF = 4096;

    private final Descriptors descriptors;
    private final DescriptorPoll poll;
    private final Fd fd;

    FdOutput(Descriptors descriptors, DescriptorPoll poll, Fd fd) {
        this.descriptors = descriptors;
        this.poll = poll;
        this.fd = fd;
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
            poll.await(List.of(fd), Readiness.WRITABLE, FOREVER);
            done += descriptors.write(fd, buffer, offset + done, Math.min(length - done, PIPE_BUF));
        }
    }
}
