package io.crius.linux;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * A platform thread for one piece of work that changes attributes of its thread (namespaces), thrown away afterwards.
 *
 * <p>Safety: a new thread inherits its creator's namespaces, and waking a virtual thread may make the JVM create a carrier
 * thread. So the work must be back in its original namespaces before it returns, and must not start threads, log, or
 * complete anything that others wait for. The result is handed over only after that. The caller waits for the end of the
 * work whatever happens; an interrupt stays set.
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
        joinUninterruptibly(thread);
        if (result.isCompletedExceptionally()) {
            throw NativeThreads.rethrown(result.exceptionNow());
        }
        return result.join();
    }

    /** What the work makes would belong to nobody if the caller went away before its end. */
    private static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
