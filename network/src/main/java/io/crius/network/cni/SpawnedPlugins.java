package io.crius.network.cni;

import io.crius.linux.Child;
import io.crius.linux.ExitStatus;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.linux.Pipe;
import io.crius.linux.SpawnRequest;
import io.crius.linux.SpawnRequest.Leadership;
import io.crius.model.Deadline;
import io.crius.model.Timeline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs plugins by posix_spawn, each in a session of its own, so that a plugin that has to be killed takes its helpers
 * (IPAM, iptables) along. Thread-safe. Two pipes and a pidfd are waited for at once; the kernel door parks the calling
 * virtual thread meanwhile.
 */
final class SpawnedPlugins implements PluginProcess {
    /** Kernel: pipe(7), what a pipe takes without a reader. */
    private static final int PIPE_CAPACITY = 1 << 16;
    /** How long a killed process may take to be gone; one in an uninterruptible wait is left to the kernel. */
    private static final Duration REAP_LIMIT = Duration.ofSeconds(5);

    private static final int SIGKILL = 9;

    private final Linux linux;

    SpawnedPlugins(Linux linux) {
        this.linux = linux;
    }

    @Override
    public Run run(Path program, Map<String, String> environment, byte[] input, Deadline deadline)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        List<String> variables = environment.entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList();
        String verb = environment.getOrDefault("CNI_COMMAND", "");
        try (Timeline.Step step = Timeline.step("CNI plugin " + program + " " + verb);
                Pipe output = linux.descriptors().pipe();
                Pipe error = linux.descriptors().pipe();
                Fd standardInput = holding(input);
                Child child = linux.processes()
                        .spawn(new SpawnRequest(
                                List.of(program.toString()),
                                variables,
                                Path.of("/"),
                                Map.of(0, standardInput, 1, output.write(), 2, error.write()),
                                Leadership.NEW_SESSION))) {
            step.process(child.pid());
            output.write().close();
            error.write().close();
            var streams = new PluginStreams(linux.descriptors(), output.read(), error.read());
            End end = await(child, streams, deadline);
            return new Run(end, streams.output(), streams.errorTail(), Duration.ofNanos(System.nanoTime() - start));
        }
    }

    private End await(Child child, PluginStreams streams, Deadline deadline) throws IOException, InterruptedException {
        boolean ended = false;
        try {
            while (!streams.readUntilExit(child.pidfd(), deadline.remaining())) {
                if (streams.isOverLimit()) {
                    return new End.TooMuchOutput();
                }
                if (deadline.isOver()) {
                    return new End.TimedOut();
                }
            }
            ended = true;
            streams.drain();
            return child.waitFor(REAP_LIMIT).map(SpawnedPlugins::end).orElseGet(End.TimedOut::new);
        } catch (InterruptedIOException e) {
            // The kernel door restored the flag; from here on the interrupt travels as an exception.
            Thread.interrupted();
            var interrupted = new InterruptedException("while " + child.pid() + " was running");
            interrupted.initCause(e);
            throw interrupted;
        } finally {
            if (!ended) {
                kill(child);
            }
        }
    }

    /** Safety: the child is not reaped yet, so that its number still names its own process group. */
    private void kill(Child child) throws IOException, InterruptedException {
        linux.processes().kill(-child.pid(), SIGKILL);
        child.waitFor(REAP_LIMIT);
    }

    private static End end(ExitStatus status) {
        return status.signal() == 0 ? new End.Exited(status.code()) : new End.Signalled(status.signal());
    }

    /** A descriptor from which the bytes can be read although nobody writes them any more. */
    private Fd holding(byte[] bytes) throws IOException {
        return bytes.length <= PIPE_CAPACITY ? pipeOf(bytes) : unlinkedFileOf(bytes);
    }

    private Fd pipeOf(byte[] bytes) throws IOException {
        Pipe pipe = linux.descriptors().pipe();
        try (Fd write = pipe.write()) {
            for (int done = 0; done < bytes.length; ) {
                done += linux.descriptors().write(write, bytes, done, bytes.length - done);
            }
            return pipe.read();
        } catch (IOException e) {
            pipe.close();
            throw e;
        }
    }

    private Fd unlinkedFileOf(byte[] bytes) throws IOException {
        Path file = Files.createTempFile("crius-cni", ".json");
        try {
            Files.write(file, bytes);
            return linux.descriptors().open(file, Set.of(OpenFlag.RDONLY), 0);
        } finally {
            Files.delete(file);
        }
    }
}
