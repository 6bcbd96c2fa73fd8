package io.crius.linux;

import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Platform threads for native calls that may wait: a virtual thread that asks is parked meanwhile and its carrier stays
 * free. Threads are made when needed, at most {@value #LIMIT}, and end when idle for a minute.
 */
final class NativeThreads {
    private static final int LIMIT = 32;

    /** A call of the kernel. */
    @FunctionalInterface
    interface Call<T> {
        T run() throws ErrnoException;
    }

    private final Semaphore places = new Semaphore(LIMIT, true);
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().name("crius-native-", 0).daemon(true).factory());

    /**
     * Runs the call here where this is a platform thread, else on one of the pool.
     *
     * <p>An interrupt does not end the wait: the kernel goes on in any case, and a caller that does not know what came of its
     * call could not clean up. It stays set.
     */
    <T> T call(Call<T> call) throws ErrnoException {
        if (!Thread.currentThread().isVirtual()) {
            return call.run();
        }
        places.acquireUninterruptibly();
        Future<T> future = threads.submit(() -> {
            try {
                return call.run();
            } finally {
                places.release();
            }
        });
        return result(future);
    }

    private static <T> T result(Future<T> future) throws ErrnoException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            switch (Objects.requireNonNull(e.getCause())) {
                case ErrnoException refused -> throw refused;
                case RuntimeException unchecked -> throw unchecked;
                case Error error -> throw error;
                case Throwable other -> throw new AssertionError(other);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
