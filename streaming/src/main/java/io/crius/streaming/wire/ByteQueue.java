package io.crius.streaming.wire;

import io.crius.model.ByteBudget;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
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
 * <p>When {@value #LIMIT} bytes wait, or as many as were {@link #widen allowed}, or all clients together hold as much memory as they may, {@link #put} waits: the
 * connection's reader stops, and so does the client. A stream that is empty takes a piece in any case, so each gets on. Nobody is
 * waited for who has closed the stream: what comes for it is dropped.
 *
 * <p>A reader that stops does not see the client's end, which comes behind what it sent. So while it waits it {@link Asking asks}.
 */
public final class ByteQueue extends InputStream {
    /** Compat: as much as a pipe holds. Neither protocol has flow control of its own as Kubernetes speaks it. */
    static final int LIMIT = 64 << 10;

    /** The longest piece that is kept as it came. */
    private static final int PIECE = 16 << 10;

    /** The piece that an empty stream takes in any case is no longer than this. */
    private static final int FREE_PIECE = 4 << 10;

    /** What a piece takes besides its bytes. */
    private static final int OVERHEAD = 64;

    /** How soon it is looked again whether others gave memory back. */
    private static final Duration SOON = Duration.ofMillis(50);

    /** How soon the client is asked whether it is still there, and then again and again. */
    private static final Duration ASK = Duration.ofSeconds(1);

    /** Sends the client something that it answers; its kernel answers for a client that has gone, and the connection fails. */
    @FunctionalInterface
    public interface Asking {
        void ask() throws IOException;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared, and nobody else has the bytes
    private record Piece(byte[] bytes, int charged) {}

    private final ByteBudget.Share memory;
    private final Asking client;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Piece> waiting = new ArrayDeque<>();
    private int firstOffset;
    private int limit = LIMIT;
    private int size;
    private long readInAll;
    private boolean ended;
    private boolean closed;
    private @Nullable String reset;
    private @Nullable Runnable onReset;

    /** A queue of a connection that holds its memory in this share; {@code client} is called by whoever puts, without a lock. */
    public ByteQueue(ByteBudget.Share memory, Asking client) {
        this.memory = memory;
        this.client = client;
    }

    /** Lets so many bytes wait. */
    public void widen(int bytes) {
        lock.lock();
        try {
            limit = bytes;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds a copy of the bytes; waits while too many are there.
     *
     * @throws IOException where the connection was closed meanwhile or the client has gone, or the caller is interrupted
     */
    public void put(byte[] buffer, int offset, int length) throws IOException {
        int done = putSoon(buffer, offset, length);
        while (done < length) {
            client.ask();
            done += putSoon(buffer, offset + done, length - done);
        }
    }

    /** Adds what there is room for before it is time to ask. Bytes that nobody wants count as added. */
    private int putSoon(byte[] buffer, int offset, int length) throws IOException {
        lock.lock();
        try {
            int done = 0;
            long end = System.nanoTime() + ASK.toNanos();
            while (done < length && isWanted() && System.nanoTime() < end) {
                int added = add(buffer, offset + done, length - done);
                done += added;
                if (added > 0) {
                    end = System.nanoTime() + ASK.toNanos();
                } else {
                    mustBeOpen();
                    var _ = changed.awaitNanos(size >= limit ? end - System.nanoTime() : SOON.toNanos());
                }
            }
            return isWanted() ? done : length;
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    private void mustBeOpen() throws IOException {
        if (memory.isClosed()) {
            throw new IOException("the connection was closed while " + size + " bytes waited");
        }
    }

    private boolean isWanted() {
        return !closed && !ended && reset == null;
    }

    /** Adds a piece of so many bytes at most; zero where there is no room for one. */
    private int add(byte[] buffer, int offset, int most) {
        int count = Math.min(most, PIECE);
        int charged = count + OVERHEAD;
        if (size >= limit || !memory.take(charged)) {
            if (!waiting.isEmpty()) {
                return 0;
            }
            count = Math.min(most, FREE_PIECE);
            charged = 0;
        }
        waiting.add(new Piece(Arrays.copyOfRange(buffer, offset, offset + count), charged));
        size += count;
        changed.signalAll();
        return count;
    }

    /** How many bytes were read so far. */
    public long readInAll() {
        lock.lock();
        try {
            return readInAll;
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
        int taken = 0;
        while (taken < length && !waiting.isEmpty()) {
            byte[] first = waiting.element().bytes;
            int count = Math.min(length - taken, first.length - firstOffset);
            System.arraycopy(first, firstOffset, buffer, offset + taken, count);
            taken += count;
            firstOffset += count;
            if (firstOffset == first.length) {
                memory.giveBack(waiting.remove().charged);
                firstOffset = 0;
            }
        }
        size -= taken;
        readInAll += taken;
        changed.signalAll();
        return taken;
    }

    /** Nobody reads any more: what waits and what comes is dropped. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            waiting.forEach(piece -> memory.giveBack(piece.charged));
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
