package io.crius.client.stream;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;

/** The bytes of one channel that wait for their reader. Thread-safe. */
final class ChannelQueue extends InputStream {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<ByteBuffer> waiting = new ArrayDeque<>();
    private final IntConsumer taken;
    private boolean ended;
    private boolean dropped;

    /** {@code taken} is told how many bytes no longer wait; it is called without a lock. */
    ChannelQueue(IntConsumer taken) {
        this.taken = taken;
    }

    /** Queues bytes that are not changed any more; false where nobody wants them. */
    boolean offer(ByteBuffer bytes) {
        lock.lock();
        try {
            if (dropped) {
                return false;
            }
            waiting.add(bytes);
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
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
        int count = take(buffer, offset, length);
        if (count > 0) {
            taken.accept(count);
        }
        return count;
    }

    private int take(byte[] buffer, int offset, int length) throws IOException {
        lock.lock();
        try {
            while (waiting.isEmpty()) {
                if (ended || dropped) {
                    return -1;
                }
                changed.await();
            }
            ByteBuffer first = waiting.element();
            int count = Math.min(length, first.remaining());
            first.get(buffer, offset, count);
            if (!first.hasRemaining()) {
                waiting.remove();
            }
            return count;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException("interrupted while reading");
            interrupted.initCause(e);
            throw interrupted;
        } finally {
            lock.unlock();
        }
    }

    /** What waits and what comes is dropped. */
    @Override
    public void close() {
        int left = 0;
        lock.lock();
        try {
            dropped = true;
            for (ByteBuffer bytes : waiting) {
                left += bytes.remaining();
            }
            waiting.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (left > 0) {
            taken.accept(left);
        }
    }
}
