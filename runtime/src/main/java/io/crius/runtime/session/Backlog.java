package io.crius.runtime.session;

import io.crius.streaming.session.ProcessStreams;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A container's output on its way to one person, on a virtual thread of its own: so that a person who reads slowly is
 * caught up with later, and one who does not read at all is known. Thread-safe.
 */
final class Backlog implements AutoCloseable {
    /** How much waits for a person before the container has to wait as well. */
    static final int LIMIT = 1 << 20;

    /** Which of the streams. */
    enum Stream {
        STDOUT,
        STDERR
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared, and nobody else has the bytes
    private record Piece(Stream stream, byte[] bytes) {}

    private final OutputStream stdout;
    private final OutputStream stderr;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<Piece> pieces = new ArrayDeque<>();
    private int size;
    private long taken;
    private boolean ended;
    private @Nullable IOException failure;

    private Backlog(ProcessStreams streams) {
        this.stdout = streams.stdout();
        this.stderr = streams.stderr();
        this.thread = Thread.ofVirtual().name("session-output").unstarted(this::carry);
    }

    static Backlog start(ProcessStreams streams) {
        var backlog = new Backlog(streams);
        backlog.thread.start();
        return backlog;
    }

    /**
     * Adds output; waits while the person is too far behind.
     *
     * @return false when the person took nothing for so long
     * @throws IOException when the person cannot be written to
     */
    boolean add(Stream stream, byte[] buffer, int offset, int length, Duration patience)
            throws IOException, InterruptedException {
        lock.lock();
        try {
            while (size >= LIMIT && failure == null) {
                long before = taken;
                if (!changed.await(patience.toNanos(), TimeUnit.NANOSECONDS) && taken == before) {
                    return false;
                }
            }
            throwFailure();
            pieces.add(new Piece(stream, Arrays.copyOfRange(buffer, offset, offset + length)));
            size += length;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void throwFailure() throws IOException {
        if (failure != null) {
            throw new IOException("the client cannot be written to: " + failure.getMessage(), failure);
        }
    }

    /** Nothing follows; waits until the person has everything. */
    void end() throws IOException, InterruptedException {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        thread.join();
        lock.lock();
        try {
            throwFailure();
        } finally {
            lock.unlock();
        }
    }

    private void carry() {
        try {
            Piece piece = next();
            while (piece != null) {
                (piece.stream == Stream.STDOUT ? stdout : stderr).write(piece.bytes);
                done(piece);
                piece = next();
            }
        } catch (IOException e) {
            fail(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Piece next() throws InterruptedException {
        lock.lock();
        try {
            while (pieces.isEmpty() && !ended) {
                changed.await();
            }
            return pieces.poll();
        } finally {
            lock.unlock();
        }
    }

    private void done(Piece piece) {
        lock.lock();
        try {
            size -= piece.bytes.length;
            taken += piece.bytes.length;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void fail(IOException e) {
        lock.lock();
        try {
            failure = e;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the thread, whether the person has everything or not. It may be stuck until the connection is closed. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
