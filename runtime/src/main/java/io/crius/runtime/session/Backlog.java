package io.crius.runtime.session;

import io.crius.model.ByteBudget;
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

    /** What waits for all persons together, beside {@value #OWN} bytes for each. */
    private static final ByteBudget ALL = new ByteBudget(8 << 20);

    private static final int OWN = 32 << 10;

    /** What a piece takes besides its bytes. */
    private static final int OVERHEAD = 64;

    /** How soon it is looked again whether others gave something back. */
    private static final Duration SOON = Duration.ofMillis(20);

    /** Which of the streams. */
    enum Stream {
        STDOUT,
        STDERR
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared, and nobody else has the bytes
    private record Piece(Stream stream, byte[] bytes, int charged) {}

    private final ByteBudget.Share memory = ALL.share();
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
     * @return false when no patience is left
     * @throws IOException when the person cannot be written to
     */
    boolean add(Stream stream, byte[] buffer, int offset, int length, Patience patience)
            throws IOException, InterruptedException {
        lock.lock();
        try {
            int charged = charge(length);
            if (charged < 0) {
                charged = chargeLater(length, patience);
            }
            throwFailure();
            if (charged < 0) {
                return false;
            }
            pieces.add(new Piece(stream, Arrays.copyOfRange(buffer, offset, offset + length), charged));
            size += length;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The same when there is room; negative where that is not soon enough. */
    private int chargeLater(int length, Patience patience) throws InterruptedException {
        patience.begin();
        try {
            int charged = -1;
            while (charged < 0 && failure == null && patience.left() > 0) {
                long before = taken;
                long wait = size < LIMIT ? Math.min(SOON.toNanos(), patience.left()) : patience.left();
                var _ = changed.await(wait, TimeUnit.NANOSECONDS);
                if (taken != before) {
                    patience.progress();
                }
                charged = charge(length);
            }
            return charged;
        } finally {
            patience.end();
        }
    }

    /** The memory taken for another piece; negative where there is no room for it. */
    private int charge(int length) {
        if (size == 0 || size + length <= OWN) {
            return 0;
        }
        int cost = length + OVERHEAD;
        return size < LIMIT && memory.take(cost) ? cost : -1;
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

    /** Drops what waits; lets the person take so long for what is on its way already, so that a word may follow it. */
    void giveUp(Duration limit) throws InterruptedException {
        lock.lock();
        try {
            ended = true;
            pieces.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        var _ = thread.join(limit);
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
            memory.giveBack(piece.charged);
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
        memory.close();
        thread.interrupt();
    }
}
