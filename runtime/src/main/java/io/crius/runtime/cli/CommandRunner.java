package io.crius.runtime.cli;

import io.crius.linux.Child;
import io.crius.linux.ErrnoException;
import io.crius.linux.ExitStatus;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.linux.Pipe;
import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.model.Timeline;
import io.crius.runtime.process.OutputPipes;
import io.crius.runtime.process.OutputSink;
import io.crius.runtime.process.OutputSink.Keep;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * Runs programs and captures what they write. Each gets a session of its own, so that it is killed with all its children.
 *
 * <p>Thread-safe; a call blocks until the program has ended, not until others that it left behind have closed its pipes.
 */
public final class CommandRunner {
    private static final int STDOUT_LIMIT = 1 << 20;
    private static final int STDERR_LIMIT = 16 << 10;
    private static final int SIGKILL = 9;

    /** How long a killed process may take to be gone before it is left to itself: one in a hanging system call stays. */
    private static final Duration DYING = Duration.ofSeconds(2);

    private final Linux linux;

    public CommandRunner(Linux linux) {
        this.linux = linux;
    }

    /**
     * Runs the command.
     *
     * @throws CriusException.DeadlineExceeded with what it wrote so far, after killing it
     * @throws CriusException.Cancelled when interrupted, after killing it
     */
    public CommandOutcome run(Command command, Deadline deadline) {
        var stdout = new OutputSink(STDOUT_LIMIT, Keep.BEGINNING);
        var stderr = new OutputSink(STDERR_LIMIT, Keep.END);
        try (Timeline.Step step = Timeline.step(command.step());
                var pipes = new OutputPipes(linux.descriptors());
                Child child = spawn(command, pipes, stdout, stderr)) {
            step.process(child.pid());
            awaitEnd(command, child, pipes, deadline, stderr);
            ExitStatus status = child.waitFor(DYING).orElseThrow();
            pipes.drain();
            return new CommandOutcome(status.shellCode(), stdout.text(), stderr.text());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CriusException.Cancelled(command + ": interrupted", e);
        } catch (IOException e) {
            throw new CriusException.Failed(command + ": " + e.getMessage(), e);
        }
    }

    private void awaitEnd(Command command, Child child, OutputPipes pipes, Deadline deadline, OutputSink stderr)
            throws IOException {
        try {
            if (pipes.readUntil(child.pidfd(), deadline)) {
                return;
            }
        } catch (InterruptedIOException e) {
            kill(child, pipes);
            throw new CriusException.Cancelled("`" + command + "` was killed: the caller went away", e);
        }
        kill(child, pipes);
        String said = RuntimeMessages.readable(stderr.text());
        throw new CriusException.DeadlineExceeded("`" + command + "` did not end in time and was killed"
                + (said.isEmpty() ? "; it said nothing" : "; it said: " + said));
    }

    private Child spawn(Command command, OutputPipes pipes, OutputSink stdout, OutputSink stderr) throws IOException {
        try (Fd stdin = stdin(command.input())) {
            var descriptors = Map.of(0, stdin, 1, pipes.to(stdout), 2, pipes.to(stderr));
            return linux.processes().spawn(command.request(command.directory(), descriptors));
        } finally {
            pipes.started();
        }
    }

    private Fd stdin(byte[] input) throws IOException {
        if (input.length == 0) {
            return linux.descriptors().open(Path.of("/dev/null"), Set.of(OpenFlag.RDONLY), 0);
        }
        Pipe pipe = linux.descriptors().pipe();
        try (Fd write = pipe.write()) {
            linux.descriptors().write(write, input, 0, input.length);
            return pipe.read();
        } catch (IOException e) {
            pipe.read().close();
            throw e;
        }
    }

    /** Kills the session's process group and collects the leader; an interrupt waits until that is done. */
    private void kill(Child child, OutputPipes pipes) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            linux.processes().kill(-child.pid(), SIGKILL);
        } catch (ErrnoException e) {
            child.kill(SIGKILL);
        }
        try {
            if (pipes.readUntil(child.pidfd(), Deadline.after(DYING))) {
                child.waitFor(DYING);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
