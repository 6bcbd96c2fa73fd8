package io.crius.linux;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Turns of this process's threads at files, in the order they came. A turn may be given back by another thread than took it.
 * Thread-safe; the lock guards the map and is never held while waiting.
 */
final class FileTurns {
    private static final int ALL = Integer.MAX_VALUE;

    /** Who else may have a turn at the same time. */
    enum Share {
        ALONE(ALL),
        WITH_OTHERS(1);

        private final int permits;

        Share(int permits) {
            this.permits = permits;
        }
    }

    /** A turn; closing it again does nothing. */
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    private static final class Queue {
        private final Semaphore permits = new Semaphore(ALL, true);
        private int users;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Path, Queue> queues = new HashMap<>();

    /** Empty where there was none within that time. */
    Optional<Turn> take(Path file, Share share, Duration atMost) throws InterruptedException {
        Path key = key(file);
        Queue queue = enter(key);
        boolean taken = false;
        try {
            taken = queue.permits.tryAcquire(share.permits, atMost.toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            if (!taken) {
                leave(key, queue);
            }
        }
        return taken ? Optional.of(turn(key, queue, share)) : Optional.empty();
    }

    Optional<Turn> tryTake(Path file, Share share) {
        Path key = key(file);
        Queue queue = enter(key);
        if (!queue.permits.tryAcquire(share.permits)) {
            leave(key, queue);
            return Optional.empty();
        }
        return Optional.of(turn(key, queue, share));
    }

    /** Two names of one file have two queues; the kernel's lock decides between them. */
    private static Path key(Path file) {
        return file.toAbsolutePath().normalize();
    }

    private Turn turn(Path key, Queue queue, Share share) {
        var given = new AtomicBoolean();
        return () -> {
            if (given.compareAndSet(false, true)) {
                queue.permits.release(share.permits);
                leave(key, queue);
            }
        };
    }

    private Queue enter(Path key) {
        lock.lock();
        try {
            Queue queue = queues.computeIfAbsent(key, _ -> new Queue());
            queue.users++;
            return queue;
        } finally {
            lock.unlock();
        }
    }

    private void leave(Path key, Queue queue) {
        lock.lock();
        try {
            queue.users--;
            if (queue.users == 0) {
                queues.remove(key);
            }
        } finally {
            lock.unlock();
        }
    }
}
