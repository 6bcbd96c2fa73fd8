package io.crius.model;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory may be held for strangers of one kind together, in bytes: containers and clients decide how much they send, and
 * the heap is small. Whoever gets nothing more has to wait, or goes without. Thread-safe.
 */
public final class ByteBudget {
    private final long whole;
    private final AtomicLong left;

    /** A budget of so many bytes. */
    public ByteBudget(long bytes) {
        this.whole = bytes;
        this.left = new AtomicLong(bytes);
    }

    /** What nobody holds. */
    public long left() {
        return left.get();
    }

    /** For one stranger, who may take all there is; nothing is taken yet. */
    public Share share() {
        return new Share(whole);
    }

    /** For one stranger, who may hold so many bytes at most. */
    public Share share(long most) {
        return new Share(most);
    }

    private boolean take(int bytes) {
        long before = left.get();
        while (before >= bytes) {
            if (left.compareAndSet(before, before - bytes)) {
                return true;
            }
            before = left.get();
        }
        return false;
    }

    /** What one stranger holds of the budget. Closing gives back all of it, whoever forgot to. Thread-safe. */
    public final class Share implements AutoCloseable {
        private final long most;
        private long held;
        private boolean closed;

        private Share(long most) {
            this.most = most;
        }

        /** Takes so many bytes, or none where fewer are left or allowed, or the share is closed. */
        public synchronized boolean take(int bytes) {
            if (closed || held + bytes > most || !ByteBudget.this.take(bytes)) {
                return false;
            }
            held += bytes;
            return true;
        }

        /** As {@link #take}, but only while more than half of the budget is nobody's: for what one can do without. */
        public boolean takeSpare(int bytes) {
            return left.get() - bytes > whole / 2 && take(bytes);
        }

        /** Gives back a part of what was taken; of no effect after the close. */
        public synchronized void giveBack(int bytes) {
            if (!closed) {
                held -= bytes;
                left.addAndGet(bytes);
            }
        }

        public synchronized boolean isClosed() {
            return closed;
        }

        @Override
        public synchronized void close() {
            closed = true;
            left.addAndGet(held);
            held = 0;
        }
    }
}
