package io.crius.image.pull;

import java.util.concurrent.Semaphore;

/**
 * The node's share for pulls: who comes first is served first. Thread-safe.
 *
 * <p>Everything is counted in fair semaphores. Waiting ends with {@link InterruptedException} and nothing taken.
 */
final class PullBudget {
    private final PullLimits limits;
    private final Semaphore connections;
    private final Semaphore bytes;
    private final Semaphore decompressors;

    PullBudget(PullLimits limits) {
        this.limits = limits;
        this.connections = new Semaphore(limits.connections(), true);
        this.bytes = new Semaphore(limits.bufferBytes(), true);
        this.decompressors = new Semaphore(limits.decompressors(), true);
    }

    /** A part of the budget; closing gives it back. */
    interface Share extends AutoCloseable {
        @Override
        void close();
    }

    /** The slots of one image. */
    Semaphore imageSlots() {
        return new Semaphore(limits.connectionsPerImage(), true);
    }

    /** One of the slots. */
    static Share take(Semaphore slots) throws InterruptedException {
        slots.acquire();
        return slots::release;
    }

    /** What one layer needs while it is under way. */
    Share layer(PullLimits.Ring ring) throws InterruptedException {
        connections.acquire();
        try {
            bytes.acquire(ring.bytes());
        } catch (InterruptedException e) {
            connections.release();
            throw e;
        }
        return () -> {
            bytes.release(ring.bytes());
            connections.release();
        };
    }

    /** The right to keep a CPU busy with decompression. */
    Turn decompression() {
        return new Turn(decompressors);
    }

    /** One thread's right to compute, given back while it waits for data. One thread at a time. */
    static final class Turn {
        private final Semaphore slots;
        private boolean held;

        private Turn(Semaphore slots) {
            this.slots = slots;
        }

        void take() throws InterruptedException {
            if (!held) {
                slots.acquire();
                held = true;
            }
        }

        void giveBack() {
            if (held) {
                held = false;
                slots.release();
            }
        }
    }
}
