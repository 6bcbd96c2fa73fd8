package io.crius.linux;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Platform threads for native calls that may wait: a virtual thread that asks is parked meanwhile and its carrier stays
 * free. Threads are made when needed and end when idle for a minute.
 */
final class NativeThreads {
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().name("crius-native-", 0).daemon(true).factory());

    /**
     * Runs the call here where this is a platform thread, else on one of the pool.
     *
     * <p>An interrupt ends the wait with {@link InterruptedIOException}; the call itself goes on to its end, since the kernel
     * cannot be asked to give it up.
     */
    <T> T call(IoCallable<T> call) throws IOException {
        if (!Thread.currentThread().isVirtual()) {
            return call.call();
        }
        Future<T> future = threads.submit(call::call);
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException("interrupted while waiting for the kernel");
            interrupted.initCause(e);
            throw interrupted;
        } catch (ExecutionException e) {
            throw rethrown(Objects.requireNonNull(e.getCause()));
        }
    }

    /**
     * Runs the call on a thread of the pool even where this is a platform thread, so that an interrupt can end the wait.
     * What the call returns after that is handed to {@code undo}, on its thread.
     */
    <T> T callElsewhere(IoCallable<T> call, Consumer<T> undo) throws IOException {
        var result = new CompletableFuture<T>();
        threads.execute(() -> {
            try {
                T value = call.call();
                if (!result.complete(value)) {
                    undo.accept(value);
                }
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.get();
        } catch (InterruptedException e) {
            if (!result.cancel(false) && !result.isCompletedExceptionally()) {
                undo.accept(result.join());
            }
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException("interrupted while waiting for the kernel");
            interrupted.initCause(e);
            throw interrupted;
        } catch (ExecutionException e) {
            throw rethrown(Objects.requireNonNull(e.getCause()));
        }
    }

    static IOException rethrown(Throwable cause) {
        return switch (cause) {
            case IOException io -> io;
            case RuntimeException unchecked -> throw unchecked;
            case Error error -> throw error;
            default -> new IOException(cause);
        };
    }
}
