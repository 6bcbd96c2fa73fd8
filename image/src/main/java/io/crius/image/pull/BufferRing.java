package io.crius.image.pull;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A bounded pipe between two threads, in whole buffers: one fills, the other reads {@link #input}.
 *
 * <p>The reader sees the end only when the writer has called {@link #end}; a writer that fails makes the read fail with
 * {@link SourceFailedException}. A reader that gives up calls {@link #abandon}, after which the writer's data goes nowhere.
 * Waiting ends with an interrupt.
 */
final class BufferRing {
    /** Belongs to one side at a time. */
    static final class Buffer {
        private final byte[] bytes;
        private int length;

        private Buffer(int size) {
            bytes = new byte[size];
        }

        /** Fills it from the decoder as far as possible; false where nothing is left. */
        boolean fill(LayerDecoder decoder) throws IOException {
            length = decoder.fill(bytes);
            return length > 0;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Buffer> free = new ArrayDeque<>();
    private final Deque<Buffer> filled = new ArrayDeque<>();
    private final InputStream input = new Input();
    private boolean ended;
    private boolean abandoned;
    private @Nullable Throwable failure;

    BufferRing(PullLimits.Ring ring) {
        for (int i = 0; i < ring.buffers(); i++) {
            free.add(new Buffer(ring.size()));
        }
    }

    /** The writer's next buffer, to be given to {@link #put}; null when the reader has given up. */
    @Nullable
    Buffer take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (free.isEmpty() && !abandoned) {
                changed.await();
            }
            return abandoned ? null : free.pop();
        } finally {
            lock.unlock();
        }
    }

    void put(Buffer buffer) {
        lock.lock();
        try {
            filled.add(buffer);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** All has been put, and it is good. */
    void end() {
        finish(null);
    }

    /** There will be no more, and why. */
    void fail(Throwable why) {
        finish(why);
    }

    private void finish(@Nullable Throwable why) {
        lock.lock();
        try {
            failure = why;
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The reader will not read any more. */
    void abandon() {
        lock.lock();
        try {
            abandoned = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The reader's side, for one thread. */
    InputStream input() {
        return input;
    }

    /** What the writer failed with. */
    static final class SourceFailedException extends IOException {
        private static final long serialVersionUID = 1;

        SourceFailedException(Throwable cause) {
            super(String.valueOf(cause.getMessage()), cause);
        }
    }

    private final class Input extends InputStream {
        private @Nullable Buffer current;
        private int at;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            Buffer from = current == null ? next() : current;
            if (from == null) {
                return -1;
            }
            int count = Math.min(length, from.length - at);
            System.arraycopy(from.bytes, at, target, offset, count);
            at += count;
            current = from;
            if (at == from.length) {
                current = null;
                at = 0;
                giveBack(from);
            }
            return count;
        }

        private @Nullable Buffer next() throws IOException {
            try {
                lock.lockInterruptibly();
                try {
                    while (filled.isEmpty() && !ended) {
                        changed.await();
                    }
                    if (filled.isEmpty() && failure != null) {
                        throw new SourceFailedException(failure);
                    }
                    return filled.poll();
                } finally {
                    lock.unlock();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                var interrupted = new InterruptedIOException("interrupted while waiting for data of a layer");
                interrupted.initCause(e);
                throw interrupted;
            }
        }

        private void giveBack(Buffer buffer) {
            lock.lock();
            try {
                free.push(buffer);
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
