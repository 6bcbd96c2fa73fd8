package io.crius.linux;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;

/**
 * A platform thread for one piece of work that changes attributes of its thread (namespaces), thrown away afterwards.
 *
 * <p>Safety: a new thread inherits its creator's namespaces, and waking a virtual thread may make the JVM create a carrier
 * thread. So the work must be back in its original namespaces before it returns, and must not start threads, log, or
 * complete anything that others wait for. The result is handed over only after that.
 */
final class OwnThread {
    private OwnThread() {}

    static <T> T call(String name, IoCallable<T> work) throws IOException {
        var result = new CompletableFuture<T>();
        Thread thread = Thread.ofPlatform().name(name).daemon(true).start(() -> {
            try {
                result.complete(work.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException("interrupted while waiting for " + name);
            interrupted.initCause(e);
            throw interrupted;
        }
        if (result.isCompletedExceptionally()) {
            throw NativeThreads.rethrown(result.exceptionNow());
        }
        return result.join();
    }
}
