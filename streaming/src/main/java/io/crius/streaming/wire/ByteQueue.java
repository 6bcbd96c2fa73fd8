package io.crius.streaming.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one stream on the way from the connection to whoever uses them. Thread-safe.
 *
 * <p>When {@value #LIMIT} bytes wait, {@link #put} does: the connection's reader stops, and so does the client. Nobody is
 * waited for who has closed the stream: what comes for it is dropped.
 */
public final class ByteQueue extends InputStream {
    /** Compat: as much as a pipe holds. Neither protocol has flow control of its own as Kubernetes speaks it. */
    static final int LIMIT = 64 << 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private int firstOffset;
    private int size;
    private boolean ended;
    private boolean closed;
    private @Nullable String reset;
    private @Nullable Runnable onReset;

    /** Adds a copy of the bytes; waits while too many are there. */
    public void put(byte[] buffer, int offset, int length) throws InterruptedIOException {
        if (length == 0) {
            return;
        }
        lock.lock();
        try {
            while (size >= LIMIT && !closed && reset == null) {
                changed.await();
            }
            if (!closed && !ended && reset == null) {
                waiting.add(Arrays.copyOfRange(buffer, offset, offset + length));
                size += length;
                changed.signalAll();
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    /** Nothing follows; what waits may still be read. */
    public void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The other end gave up: what waits may still be read, then the reader gets a {@link StreamResetException}, unless
     * the end had come before.
     */
    public void reset(String why) {
        @Nullable Runnable action;
        lock.lock();
        try {
            action = reset == null ? onReset : null;
            reset = reset == null ? why : reset;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (action != null) {
            action.run();
        }
    }

    /** Has the action run when the other end gives up, also after its end; at once where it did. It must not wait. */
    public void onReset(Runnable action) {
        boolean already;
        lock.lock();
        try {
            onReset = action;
            already = reset != null;
        } finally {
            lock.unlock();
        }
        if (already) {
            action.run();
        }
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
        lock.lock();
        try {
            while (waiting.isEmpty()) {
                if (ended || closed) {
                    return -1;
                }
                if (reset != null) {
                    throw new StreamResetException(reset);
                }
                changed.await();
            }
            return take(buffer, offset, length);
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    private int take(byte[] buffer, int offset, int length) {
        byte[] first = waiting.element();
        int count = Math.min(length, first.length - firstOffset);
        System.arraycopy(first, firstOffset, buffer, offset, count);
        firstOffset += count;
        if (firstOffset == first.length) {
            waiting.remove();
            firstOffset = 0;
        }
        size -= count;
        changed.signalAll();
        return count;
    }

    /** Nobody reads any more: what waits and what comes is dropped. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            size = 0;
            firstOffset = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static InterruptedIOException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        var interrupted = new InterruptedIOException("interrupted while waiting for a stream");
        interrupted.initCause(cause);
        return interrupted;
    }
}
