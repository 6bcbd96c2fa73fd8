package io.crius.linux;

import io.crius.linux.abi.Nr;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * A platform thread for one piece of work that changes attributes of its thread (namespaces, working folder), thrown away
 * afterwards.
 *
 * <p>Safety: a new thread inherits its creator's namespaces, and waking a virtual thread may make the JVM create a carrier
 * thread. So the work must be back in its original namespaces before it returns, and must not start threads, log, or
 * complete anything that others wait for. The result is handed over only after that.
 */
final class OwnThread {
    private static final int STANDARD_ERROR = 2;
    private static final int EXIT_CODE = 70;

    private OwnThread() {}

    /** An interrupt does not end the wait, since nobody would clean up after the work then; it stays set. */
    static <T> T call(String name, IoCallable<T> work) throws IOException {
        var result = new CompletableFuture<T>();
        Thread thread = Thread.ofPlatform().name(name).daemon(true).start(() -> {
            try {
                result.complete(work.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        join(thread);
        if (result.isCompletedExceptionally()) {
            throw rethrown(result.exceptionNow());
        }
        return result.join();
    }

    /** Ends the process at once: a thread that cannot leave a foreign namespace must not hand it on to others. */
    static void halt(String why) {
        byte[] text = ("crius: " + why + "; a thread must not stay there, so the process ends\n")
                .getBytes(StandardCharsets.UTF_8);
        try (Scratch scratch = Scratch.take()) {
            MemorySegment message = scratch.buffer(text.length);
            MemorySegment.copy(text, 0, message, ValueLayout.JAVA_BYTE, 0, text.length);
            var _ = scratch.call(Nr.WRITE, STANDARD_ERROR, message.address(), text.length);
        } finally {
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }

    private static void join(Thread thread) {
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

    private static IOException rethrown(Throwable cause) {
        return switch (cause) {
            case IOException io -> io;
            case RuntimeException unchecked -> throw unchecked;
            case Error error -> throw error;
            default -> new IOException(cause);
        };
    }
}
