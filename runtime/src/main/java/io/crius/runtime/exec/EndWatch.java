package io.crius.runtime.exec;

import io.crius.linux.Descriptors;
import io.crius.linux.ExitStatus;
import io.crius.linux.Fd;
import io.crius.runtime.process.Orphans;
import io.crius.runtime.process.Waiting;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Collects a command when it ends, on a virtual thread of its own: whoever carries its output may wait for a person, and kernel:
 * pid_namespaces(7), the first process of its container cannot end before that. Closing ends the thread; the command is left as it is.
 */
final class EndWatch implements AutoCloseable {
    private static final Duration FOREVER = Duration.ofDays(3650);

    private final FutureTask<ExitStatus> collecting;
    private final Thread thread;

    private EndWatch(FutureTask<ExitStatus> collecting) {
        this.collecting = collecting;
        this.thread = Thread.ofVirtual().name("exec-end").unstarted(collecting);
    }

    static EndWatch start(Descriptors descriptors, CommandEnd end, Fd command, long pid) {
        Orphans.Claim claim = Orphans.claim(pid);
        var watch = new EndWatch(new FutureTask<>(() -> {
            try (claim) {
                descriptors.poll(List.of(command), FOREVER);
                return end.collect(command, pid);
            }
        }));
        watch.thread.start();
        return watch;
    }

    /** Of a command that has ended. */
    ExitStatus status() throws IOException {
        try {
            return collecting.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException("interrupted while a command was collected");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        Waiting.forEnd(thread);
    }
}
